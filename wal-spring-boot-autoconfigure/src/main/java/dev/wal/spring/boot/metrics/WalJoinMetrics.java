package dev.wal.spring.boot.metrics;

import dev.wal.spring.join.Markers;
import dev.wal.spring.transaction.AfterCommitJoin;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Meters of the log that joins transactions of other managers: what an operator has to know about when tables and log may differ, or a transaction hangs between them. */
public final class WalJoinMetrics {
    private WalJoinMetrics() {}

    public static MeterBinder of(AfterCommitJoin join) {
        return registry -> {
            FunctionCounter.builder("wal.join.missing", join, AfterCommitJoin::missing)
                    .description("Transactions that have committed, but not to the log, or perhaps not")
                    .register(registry);
            FunctionCounter.builder("wal.join.unknown", join, AfterCommitJoin::unknown)
                    .description(
                            "Transactions that are not in the log, of which it is unknown whether they have committed")
                    .register(registry);
        };
    }

    public static MeterBinder of(Markers markers) {
        return registry -> {
            Gauge.builder("wal.join.markers", markers, Markers::size)
                    .description("Markers in the database, or about to be written")
                    .register(registry);
            Gauge.builder("wal.join.unresolved", markers, Markers::unresolved)
                    .description("Transactions in doubt whose outcome the database could not be asked for yet")
                    .register(registry);
        };
    }
}
