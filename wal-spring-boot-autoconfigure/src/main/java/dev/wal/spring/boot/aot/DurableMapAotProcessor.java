package dev.wal.spring.boot.aot;

import dev.wal.state.DurableMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.ResolvableType;

/** Keys and values of maps are written and read as JSON by reflection. Their classes are found in the types that the bean methods of the maps return. */
final class DurableMapAotProcessor implements BeanRegistrationAotProcessor {
    private final BindingReflectionHintsRegistrar registrar = new BindingReflectionHintsRegistrar();

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        if (!DurableMap.class.isAssignableFrom(bean.getBeanClass())) {
            return null;
        }
        List<Class<?>> bound = Arrays.stream(
                        bean.getBeanType().as(DurableMap.class).getGenerics())
                .map(ResolvableType::resolve)
                .<Class<?>>mapMulti((type, found) -> {
                    if (type != null && !type.isArray() && !type.getName().startsWith("java.")) {
                        found.accept(type);
                    }
                })
                .toList();
        return bound.isEmpty()
                ? null
                : (generation, code) -> registrar.registerReflectionHints(
                        generation.getRuntimeHints().reflection(), bound.toArray(Class<?>[]::new));
    }
}
