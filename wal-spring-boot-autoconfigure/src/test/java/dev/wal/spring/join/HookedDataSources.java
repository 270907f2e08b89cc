package dev.wal.spring.join;

import java.util.function.Consumer;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Sets the hooks of an application's data source before anybody uses it. */
final class HookedDataSources implements BeanPostProcessor {
    private final Consumer<HookedDataSource> hooks;

    HookedDataSources(Consumer<HookedDataSource> hooks) {
        this.hooks = hooks;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof HookedDataSource database) {
            hooks.accept(database);
        }
        return bean;
    }
}
