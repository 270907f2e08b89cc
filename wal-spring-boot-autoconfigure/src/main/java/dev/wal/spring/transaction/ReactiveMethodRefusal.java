package dev.wal.spring.transaction;

import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.function.SingletonSupplier;

/**
 * Refuses transactional methods that return a reactive type, if their manager would be {@link WalTransactionManager}: the transaction would be committed when the method returns, which is before
 * anybody subscribes, and what the pipeline writes would find no transaction, or that of somebody else.
 *
 * <p>Finds the manager as the interceptor of {@code @Transactional} does, so that methods of other managers are left alone. It does not matter which of the two runs first.
 */
public final class ReactiveMethodRefusal implements MethodInterceptor {
    private final SingletonSupplier<Managers> managers;

    private ReactiveMethodRefusal(SingletonSupplier<Managers> managers) {
        this.managers = managers;
    }

    /** @param interceptor asked when the first method that returns a reactive type is looked at */
    public static Advisor advisor(ObjectProvider<TransactionInterceptor> interceptor, BeanFactory beanFactory) {
        SingletonSupplier<Managers> managers =
                SingletonSupplier.ofNullable(() -> Managers.of(interceptor.getIfUnique(), beanFactory));
        return new DefaultPointcutAdvisor(new ReactiveMethods(managers), new ReactiveMethodRefusal(managers));
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> targetClass = target == null ? null : AopUtils.getTargetClass(target);
        Managers known = managers.get();
        if (known != null && known.openTransactionOfTheLog(invocation.getMethod(), targetClass)) {
            throw new IllegalTransactionStateException(invocation.getMethod()
                    + " returns a reactive type and is transactional under the log: the transaction would end before"
                    + " anybody subscribes. The method was not called. Return the value itself, or write in a method of its"
                    + " own that blocks and is called from the pipeline, on a scheduler for blocking work.");
        }
        return invocation.proceed();
    }

    /** Futures are not meant: they are of work that has begun, and a method may return one that is completed. */
    private static final class ReactiveMethods extends StaticMethodMatcherPointcut {
        private final SingletonSupplier<Managers> managers;

        private ReactiveMethods(SingletonSupplier<Managers> managers) {
            this.managers = managers;
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            ReactiveAdapter adapter =
                    ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
            if (adapter == null || !adapter.getDescriptor().isDeferred()) {
                return false;
            }
            Managers known = managers.get();
            return known != null && known.attribute(method, targetClass) != null;
        }
    }

    /** Which manager a method gets: what the interceptor of {@code @Transactional} decides, which nobody else can ask it for. */
    private static final class Managers extends TransactionAspectSupport {

        private Managers(TransactionInterceptor interceptor, BeanFactory beanFactory) {
            setBeanFactory(beanFactory);
            setTransactionManager(interceptor.getTransactionManager());
            setTransactionAttributeSource(interceptor.getTransactionAttributeSource());
        }

        private static @Nullable Managers of(@Nullable TransactionInterceptor interceptor, BeanFactory beanFactory) {
            return interceptor == null ? null : new Managers(interceptor, beanFactory);
        }

        private @Nullable TransactionAttribute attribute(Method method, @Nullable Class<?> targetClass) {
            TransactionAttributeSource source = getTransactionAttributeSource();
            return source == null ? null : source.getTransactionAttribute(method, targetClass);
        }

        private boolean openTransactionOfTheLog(Method method, @Nullable Class<?> targetClass) {
            TransactionAttribute attribute = attribute(method, targetClass);
            return attribute != null
                    && attribute.getPropagationBehavior() != TransactionDefinition.PROPAGATION_NEVER
                    && attribute.getPropagationBehavior() != TransactionDefinition.PROPAGATION_NOT_SUPPORTED
                    && determineTransactionManager(attribute, targetClass) instanceof WalTransactionManager;
        }
    }
}
