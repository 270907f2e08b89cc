package dev.wal.it.join;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Puts something before and behind the calls of an interface. */
final class Watched {
    private Watched() {}

    /** A call that is about to be made. */
    interface Call {
        Method method();

        Object[] arguments();

        /** Makes it. */
        Object make() throws Throwable;

        default String name() {
            return method().getName();
        }
    }

    /** Makes calls, and does something before and behind. */
    @FunctionalInterface
    interface Around {
        Object make(Call call) throws Throwable;
    }

    static <T> T watch(Class<T> type, T target, Around around) {
        return type.cast(Proxy.newProxyInstance(
                Watched.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> around.make(new Delegated(target, method, arguments))));
    }

    private record Delegated(Object target, Method method, Object[] arguments) implements Call {
        @Override
        public Object make() throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
