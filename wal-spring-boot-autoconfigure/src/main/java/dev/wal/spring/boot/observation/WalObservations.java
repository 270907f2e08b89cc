package dev.wal.spring.boot.observation;

import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/** Makes an observation of each operation of the log. It is the child of what is current in the thread that begins the operation, such as a request. */
public final class WalObservations implements WalObserver {
    private static final WalObservationConvention DEFAULT = new DefaultWalObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable WalObservationConvention convention;

    /** @param convention null for {@link DefaultWalObservationConvention} */
    public WalObservations(ObservationRegistry registry, @Nullable WalObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public Observed began(WalOperation operation) {
        if (registry.isNoop()) {
            return Observed.NOT;
        }
        Observation observation = WalObservationDocumentation.OPERATION
                .observation(convention, DEFAULT, () -> new WalObservationContext(operation), registry)
                .start();
        return failure -> {
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        };
    }
}
