package dev.wal.spring.boot.metrics;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import dev.wal.checkpoint.PartitionCheckpoint;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Gauges of the log as it is when somebody looks, or was a moment ago. Registries refer to it weakly, so it is to be kept as long as they are. None has a tag of its own: a log has up to 65,535 partitions, which would each be a time series. */
public final class WalStateMetrics implements MeterBinder {
    private final WalManager walManager;
    private final RecentStatus status;

    public WalStateMetrics(WalManager walManager) {
        this(walManager, System::nanoTime);
    }

    /** With a clock that a test decides about. */
    WalStateMetrics(WalManager walManager, LongSupplier nanoTime) {
        this.walManager = walManager;
        this.status = new RecentStatus(walManager, nanoTime);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "wal.open",
                null,
                "1 while the log takes commits, 0 once it has failed or is closed",
                status -> status.state() == WalStatus.State.OPEN ? 1 : 0);
        gauge(
                registry,
                "wal.refusing",
                null,
                "1 while commits are refused for want of space",
                status -> status.disk().refusing() ? 1 : 0);
        gauge(
                registry,
                "wal.commits.waiting",
                "commits",
                "Commits that wait for the next force",
                WalStatus::waitingCommits);
        gauge(
                registry,
                "wal.unforced",
                "bytes",
                "Bytes behind the durable mark: what a power cut could take",
                status -> status.position() - status.durableMark());
        gauge(registry, "wal.segments", "segments", "Segments with batches", WalStatus::segments);
        gauge(registry, "wal.segments.size", "bytes", "Size of the segments with batches", WalStatus::bytes);
        gauge(
                registry,
                "wal.disk.used",
                "bytes",
                "What segments, snapshots and kept bytes take of the disk",
                status -> status.disk().bytes() < 0 ? Double.NaN : status.disk().bytes());
        OptionalLong limit = status.get().disk().limit();
        if (limit.isPresent()) {
            gauge(registry, "wal.disk.limit", "bytes", "What they may take", status -> limit.getAsLong());
        }
        FunctionCounter.builder("wal.appended", status, recent -> recent.get().position())
                .description("Bytes that were ever appended to the log, earlier starts included")
                .baseUnit("bytes")
                .register(registry);
        TimeGauge.builder("wal.checkpoint.age", walManager, TimeUnit.MILLISECONDS, WalStateMetrics::checkpointAge)
                .description("Time since the last checkpoint of the partition whose last one is the oldest")
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<WalStatus> value) {
        Gauge.builder(name, status, recent -> value.applyAsDouble(recent.get()))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    /** In milliseconds; not a number while there is no checkpoint. */
    private static double checkpointAge(WalManager log) {
        Map<Integer, PartitionCheckpoint> checkpoints = log.checkpoints();
        OptionalLong oldest = checkpoints.values().stream()
                .mapToLong(PartitionCheckpoint::timeMicros)
                .min();
        return oldest.isEmpty()
                ? Double.NaN
                : Math.max(0, log.options().clock().millis() - TimeUnit.MICROSECONDS.toMillis(oldest.getAsLong()));
    }
}
