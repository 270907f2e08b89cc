package dev.wal.spring.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names and key values of the observations of the log. A bean of this type replaces {@link DefaultWalObservationConvention}. */
public interface WalObservationConvention extends ObservationConvention<WalObservationContext> {
    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof WalObservationContext;
    }
}
