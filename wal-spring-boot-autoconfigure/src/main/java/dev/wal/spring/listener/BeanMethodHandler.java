package dev.wal.spring.listener;

import dev.wal.listener.ChangeHandler;
import dev.wal.record.WalChange;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.springframework.util.ReflectionUtils;

/** Hands changes to a method of a bean. */
final class BeanMethodHandler implements ChangeHandler {
    private final Supplier<Object> bean;
    private final Method method;

    private BeanMethodHandler(Supplier<Object> bean, Method method) {
        this.bean = bean;
        this.method = method;
    }

    /**
     * @param name of the method, for messages
     * @throws IllegalStateException if the method does not take a change alone, or returns something
     */
    static BeanMethodHandler of(Supplier<Object> bean, Method method, String name) {
        if (method.getParameterCount() != 1 || method.getParameterTypes()[0] != WalChange.class) {
            throw new IllegalStateException("@WalListener cannot be on " + name
                    + ", because that does not take one parameter of type " + WalChange.class.getName()
                    + ". Declare it as: void " + method.getName() + "(WalChange change)");
        }
        if (method.getReturnType() != void.class) {
            throw new IllegalStateException("@WalListener cannot be on " + name + ", because that returns "
                    + method.getReturnType().getName()
                    + ", which nobody would wait for or look at. Declare it as: void " + method.getName()
                    + "(WalChange change)");
        }
        ReflectionUtils.makeAccessible(method);
        return new BeanMethodHandler(bean, method);
    }

    @Override
    public void handle(WalChange change) throws Exception {
        try {
            method.invoke(bean.get(), change);
        } catch (InvocationTargetException e) {
            ReflectionUtils.rethrowException(e.getTargetException());
        }
    }
}
