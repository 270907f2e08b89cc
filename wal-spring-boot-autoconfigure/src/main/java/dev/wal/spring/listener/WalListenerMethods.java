package dev.wal.spring.listener;

import dev.wal.listener.WalListeners;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the methods with {@link WalListener} once all beans are made, and adds a listener for each. Beans are looked at by their type and asked for when there is a change, so that proxies are called as such and lazy ones stay lazy.
 *
 * <p>A bean whose type cannot be looked at, because a class that its signatures name is absent, has no listeners: it may be lazy and never be made.
 */
public final class WalListenerMethods implements SmartInitializingSingleton {
    private static final Logger logger = LoggerFactory.getLogger(WalListenerMethods.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final ObjectProvider<WalListeners> listeners;
    private final ObjectProvider<ListenerDefaults> defaults;

    /** Which method has which id. */
    private final Map<String, String> methods = new HashMap<>();

    public WalListenerMethods(
            ConfigurableListableBeanFactory beanFactory,
            ObjectProvider<WalListeners> listeners,
            ObjectProvider<ListenerDefaults> defaults) {
        this.beanFactory = beanFactory;
        this.listeners = listeners;
        this.defaults = defaults;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String beanName : beanFactory.getBeanNamesForType(Object.class)) {
            if (!ScopedProxyUtils.isScopedTarget(beanName)) {
                Class<?> type = targetType(beanName);
                if (type != null && AnnotationUtils.isCandidateClass(type, WalListener.class)) {
                    addListenersOf(beanName, type);
                }
            }
        }
    }

    private @Nullable Class<?> targetType(String beanName) {
        try {
            Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, beanName);
            if (type != null && ScopedObject.class.isAssignableFrom(type)) {
                Class<?> target =
                        AutoProxyUtils.determineTargetClass(beanFactory, ScopedProxyUtils.getTargetBeanName(beanName));
                return target == null ? type : target;
            }
            return type;
        } catch (Throwable e) {
            logger.debug("The type of bean '{}' cannot be found out; it has no listeners", beanName, e);
            return null;
        }
    }

    private void addListenersOf(String beanName, Class<?> type) {
        annotatedMethods(beanName, type).forEach((method, listener) -> add(beanName, type, method, listener));
    }

    private static Map<Method, WalListener> annotatedMethods(String beanName, Class<?> type) {
        try {
            return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<WalListener>)
                    method -> AnnotatedElementUtils.findMergedAnnotation(method, WalListener.class));
        } catch (Throwable e) {
            logger.debug("The methods of bean '{}' cannot be looked at; it has no listeners", beanName, e);
            return Map.of();
        }
    }

    private void add(String beanName, Class<?> type, Method method, WalListener annotation) {
        String name = "method " + method.getName() + " of bean '" + beanName + "' (" + type.getName() + ")";
        ListenerAnnotation listener = new ListenerAnnotation(annotation, name, beanFactory);
        String other = methods.putIfAbsent(listener.id(), name);
        if (other != null) {
            throw new IllegalStateException("The id '" + listener.id() + "' of @WalListener is used twice: by " + other
                    + " and by " + name + ". Give each listener an id of its own.");
        }
        Class<?> callable = beanFactory.getType(beanName);
        Method invocable = AopUtils.selectInvocableMethod(method, callable == null ? type : callable);
        listeners
                .getObject()
                .add(
                        listener.options(defaults.getObject()),
                        BeanMethodHandler.of(() -> beanFactory.getBean(beanName), invocable, name));
    }
}
