package dev.wal.spring.boot.diagnostics;

import dev.wal.AutomaticCheckpoints;
import dev.wal.WalManager;
import dev.wal.listener.WalListeners;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.TransactionContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * A bean of the log is asked for although {@code wal.enabled} is false. Comes before Spring Boot's own analyzer of missing beans, which would advise to declare one.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class WalDisabledFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {
    private static final Set<Class<?>> BEANS = Set.of(
            WalManager.class,
            AutomaticCheckpoints.class,
            WalListeners.class,
            WalTemplate.class,
            WalTransactionManager.class,
            DurableMaps.class,
            TransactionContext.class);

    private final Environment environment;

    WalDisabledFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        Class<?> missing = missingType(cause);
        if (missing == null
                || !BEANS.contains(missing)
                || environment.getProperty("wal.enabled", Boolean.class, Boolean.TRUE)) {
            return null;
        }
        return new FailureAnalysis(
                who(rootFailure) + " needs a bean of type " + missing.getName()
                        + ", and there is none because the log is disabled (wal.enabled is false).",
                "Remove wal.enabled=false, or make what uses the log optional: inject ObjectProvider<"
                        + missing.getSimpleName()
                        + ">, or put @ConditionalOnBooleanProperty(name = \"wal.enabled\", matchIfMissing = true) on the bean"
                        + " that needs it.",
                cause);
    }

    private static @Nullable Class<?> missingType(NoSuchBeanDefinitionException cause) {
        ResolvableType type = cause.getResolvableType();
        return type == null ? null : type.resolve();
    }

    private static String who(Throwable rootFailure) {
        UnsatisfiedDependencyException unsatisfied = innermost(rootFailure);
        InjectionPoint point = unsatisfied == null ? null : unsatisfied.getInjectionPoint();
        return point == null ? "The application" : "'" + point.getMember() + "'";
    }

    private static @Nullable UnsatisfiedDependencyException innermost(Throwable failure) {
        UnsatisfiedDependencyException innermost = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsatisfiedDependencyException unsatisfied) {
                innermost = unsatisfied;
            }
        }
        return innermost;
    }
}
