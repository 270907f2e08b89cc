package dev.wal.spring.boot.observation;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes an observation of each operation of the log. It is the child of what is current in the thread that begins the operation, such as a request. A commit is observed only within such a one: alone it would tell nothing that
 * the meters do not tell, and it would take longer than the commit itself.
 *
 * <p>The log does not need the registry: what is registered with it may need the log. Until the application has all its beans, operations are observed only if the registry happens to be made.
 */
public final class WalObservations implements WalObserver, SmartInitializingSingleton {
    private static final WalObservationConvention DEFAULT = new DefaultWalObservationConvention();

    private final @Nullable ConfigurableListableBeanFactory beanFactory;

    /** Null until it is found. */
    private volatile @Nullable Target target;

    /** Where observations are made, and how they are called. */
    private record Target(
            ObservationRegistry registry, @Nullable WalObservationConvention convention) {}

    /** @param convention null for {@link DefaultWalObservationConvention} */
    public WalObservations(ObservationRegistry registry, @Nullable WalObservationConvention convention) {
        this.beanFactory = null;
        this.target = new Target(registry, convention);
    }

    /** Finds registry and convention among the beans, once they are made. */
    public WalObservations(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (beanFactory != null) {
            target = target(beanFactory);
        }
    }

    @Override
    public Observed began(WalOperation operation) {
        Target found = target;
        if (found == null) {
            found = ifMade();
        }
        if (found == null || found.registry.isNoop()) {
            return Observed.NOT;
        }
        if (operation == WalOperation.COMMIT && found.registry.getCurrentObservation() == null) {
            return Observed.NOT;
        }
        Observation observation = WalObservationDocumentation.OPERATION
                .observation(found.convention, DEFAULT, () -> new WalObservationContext(operation), found.registry)
                .start();
        return failure -> {
            if (failure != null) {
                observation.error(disclosable(failure));
            }
            observation.stop();
        };
    }

    private @Nullable Target ifMade() {
        return beanFactory != null
                        && isMade(beanFactory, ObservationRegistry.class, 1)
                        && isMade(beanFactory, WalObservationConvention.class, 0)
                ? target(beanFactory)
                : null;
    }

    /** Whether all beans of a type are made, and there are at least so many. */
    private static boolean isMade(ConfigurableListableBeanFactory beanFactory, Class<?> type, int atLeast) {
        String[] names = beanFactory.getBeanNamesForType(type, true, false);
        return names.length >= atLeast && Arrays.stream(names).allMatch(beanFactory::containsSingleton);
    }

    private static Target target(ConfigurableListableBeanFactory beanFactory) {
        return new Target(
                beanFactory.getBean(ObservationRegistry.class),
                beanFactory.getBeanProvider(WalObservationConvention.class).getIfAvailable());
    }

    /** Handlers hand on what errors say, to where nobody should read what rows hold. */
    private static Throwable disclosable(Throwable failure) {
        if (FailureDescription.isOfTheLogAlone(failure)) {
            return failure;
        }
        String description = FailureDescription.of(failure);
        Throwable disclosable = failure instanceof CommitUnknownException
                ? new CommitUnknownException(description)
                : new UndisclosedFailureException(description);
        disclosable.setStackTrace(failure.getStackTrace());
        return disclosable;
    }
}
