package dev.wal.spring.boot.metrics;

import dev.wal.common.ForceReason;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Meters of what the log does: commits, forces, batches and checkpoints as they happen. Registered with any number of registries. What happens before it is registered with one, as commits of beans that
 * are still being made, is not counted; how long recovery took is remembered.
 */
public final class WalEventMetrics implements WalObserver, MeterBinder {
    private static final long NOT_YET = -1;

    private final List<EventMeters> registered = new CopyOnWriteArrayList<>();
    private volatile long openNanos = NOT_YET;
    private volatile long restoreNanos = NOT_YET;

    @Override
    public void bindTo(MeterRegistry registry) {
        recovery(registry, "open", () -> openNanos);
        recovery(registry, "restore", () -> restoreNanos);
        registered.add(new EventMeters(registry));
    }

    private static void recovery(MeterRegistry registry, String phase, Nanos nanos) {
        TimeGauge.builder("wal.recovery", nanos, TimeUnit.NANOSECONDS, source -> {
                    long value = source.get();
                    return value == NOT_YET ? Double.NaN : value;
                })
                .description("Time that recovery took at the start: reading the log, and restoring states")
                .tag("phase", phase)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public Observed began(WalOperation operation) {
        long start = System.nanoTime();
        return switch (operation) {
            case OPEN -> failure -> openNanos = System.nanoTime() - start;
            case RESTORE -> failure -> restoreNanos = System.nanoTime() - start;
            case COMMIT ->
                registered.isEmpty()
                        ? Observed.NOT
                        : failure -> {
                            long nanos = System.nanoTime() - start;
                            registered.forEach(meters -> meters.commit(nanos, failure));
                        };
            case CHECKPOINT ->
                failure -> {
                    long nanos = System.nanoTime() - start;
                    registered.forEach(meters -> meters.checkpoint(nanos, failure));
                };
        };
    }

    @Override
    public void appended(int records, long bytes) {
        for (EventMeters meters : registered) {
            meters.appended(records, bytes);
        }
    }

    @Override
    public void forced(long nanos, int commits, ForceReason reason) {
        for (EventMeters meters : registered) {
            meters.forced(nanos, commits, reason);
        }
    }

    @Override
    public void checkpointed(long nanos, int segmentsDropped) {
        for (EventMeters meters : registered) {
            meters.dropped(segmentsDropped);
        }
    }

    private interface Nanos {
        long get();
    }
}
