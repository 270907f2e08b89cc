package dev.wal.spring.boot.metrics;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.ForceReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of {@link WalEventMetrics} in one registry, looked up once and not for each commit. */
final class EventMeters {
    private final Timer committed;
    private final Timer refused;
    private final Timer unknown;
    private final Timer checkpointSucceeded;
    private final Timer checkpointFailed;
    private final Map<ForceReason, Timer> forces = new EnumMap<>(ForceReason.class);
    private final DistributionSummary forceCommits;
    private final DistributionSummary batchSize;
    private final DistributionSummary batchRecords;
    private final Counter segmentsDropped;

    EventMeters(MeterRegistry registry) {
        committed = commit(registry, "committed");
        refused = commit(registry, "refused");
        unknown = commit(registry, "unknown");
        checkpointSucceeded = checkpoint(registry, "success");
        checkpointFailed = checkpoint(registry, "failure");
        for (ForceReason reason : ForceReason.values()) {
            forces.put(
                    reason,
                    Timer.builder("wal.force")
                            .description("Time that the device took to make bytes durable")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        forceCommits = DistributionSummary.builder("wal.force.commits")
                .description("Commits that shared a force; of forces that commits waited for")
                .baseUnit("commits")
                .register(registry);
        batchSize = DistributionSummary.builder("wal.batch.size")
                .description("Size of the batches that were appended")
                .baseUnit("bytes")
                .register(registry);
        batchRecords = DistributionSummary.builder("wal.batch.records")
                .description("Records in the batches that were appended")
                .baseUnit("records")
                .register(registry);
        segmentsDropped = Counter.builder("wal.segments.dropped")
                .description("Segments that checkpoints have made obsolete")
                .baseUnit("segments")
                .register(registry);
    }

    private static Timer commit(MeterRegistry registry, String outcome) {
        return Timer.builder("wal.commit")
                .description("Time from when the batch of a commit was ready until it was durable and applied")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Timer checkpoint(MeterRegistry registry, String outcome) {
        return Timer.builder("wal.checkpoint")
                .description("Time that checkpoints took")
                .tag("outcome", outcome)
                .register(registry);
    }

    void commit(long nanos, @Nullable Throwable failure) {
        Timer timer = failure == null ? committed : failure instanceof CommitUnknownException ? unknown : refused;
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    void checkpoint(long nanos, @Nullable Throwable failure) {
        (failure == null ? checkpointSucceeded : checkpointFailed).record(nanos, TimeUnit.NANOSECONDS);
    }

    void appended(int records, long bytes) {
        batchSize.record((double) bytes);
        batchRecords.record(records);
    }

    void forced(long nanos, int commits, ForceReason reason) {
        Timer timer = forces.get(reason);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
        if (commits > 0) {
            forceCommits.record(commits);
        }
    }

    void dropped(int segments) {
        segmentsDropped.increment(segments);
    }
}
