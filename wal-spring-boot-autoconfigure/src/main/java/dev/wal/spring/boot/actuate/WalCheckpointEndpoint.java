package dev.wal.spring.boot.actuate;

import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointReport;
import dev.wal.CheckpointSchedule;
import dev.wal.WalManager;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/walcheckpoint}: the last checkpoints, those that are taken by themselves, and a new one. Writing needs {@code management.endpoint.walcheckpoint.access=unrestricted}, and takes no body.
 */
@Endpoint(id = "walcheckpoint", defaultAccess = Access.READ_ONLY)
public class WalCheckpointEndpoint {
    private final WalManager walManager;
    private final AutomaticCheckpoints automatic;

    public WalCheckpointEndpoint(WalManager walManager, AutomaticCheckpoints automatic) {
        this.walManager = walManager;
        this.automatic = automatic;
    }

    @ReadOperation
    public CheckpointsDescriptor checkpoints() {
        List<CheckpointDescriptor> checkpoints = new ArrayList<>();
        walManager
                .checkpoints()
                .forEach((partition, checkpoint) -> checkpoints.add(CheckpointDescriptor.of(partition, checkpoint)));
        return new CheckpointsDescriptor(checkpoints, AutomaticDescriptor.of(automatic.status()));
    }

    /** The last checkpoint of one partition; null for an unknown partition. */
    @ReadOperation
    public @Nullable CheckpointDescriptor checkpoint(@Selector int partition) {
        if (!hasPartition(partition)) {
            return null;
        }
        PartitionCheckpoint checkpoint = walManager.checkpoints().get(partition);
        return checkpoint == null
                ? CheckpointDescriptor.none(partition)
                : CheckpointDescriptor.of(partition, checkpoint);
    }

    /** Makes a checkpoint of all partitions. */
    @WriteOperation
    public ReportDescriptor checkpointAll() {
        return ReportDescriptor.of(walManager.checkpointAll());
    }

    /** Makes a checkpoint of one partition. */
    @WriteOperation
    public ReportDescriptor checkpointPartition(@Selector int partition) {
        return ReportDescriptor.of(walManager.checkpoint(partition));
    }

    boolean hasPartition(int partition) {
        return partition >= 0 && partition < walManager.options().partitions();
    }

    /**
     * @param partitions those that have a checkpoint
     * @param automatic those that are taken by themselves
     */
    public record CheckpointsDescriptor(List<CheckpointDescriptor> partitions, AutomaticDescriptor automatic) {}

    /**
     * @param running whether any are taken
     * @param maxLogSize null if none is taken by size
     * @param interval in ISO 8601, null if none is taken by time
     * @param onShutdown whether a last one is taken when the application stops
     * @param logBytes what there is of the log
     * @param bytesSince of these, what came after the last checkpoint
     * @param bytesBetween of which so many make one due; null if none is taken by size
     * @param lastSuccess the last of them, null for none
     * @param lastFailure the last that failed, be it mended by now, without what the application says in its exceptions; null for none
     * @param failuresInARow how many have failed since the last that did not
     * @param retry when one that failed is tried again
     */
    public record AutomaticDescriptor(
            boolean running,
            @Nullable Long maxLogSize,
            @Nullable String interval,
            boolean onShutdown,
            long logBytes,
            long bytesSince,
            @Nullable Long bytesBetween,
            @Nullable ReportDescriptor lastSuccess,
            AutomaticCheckpoints.@Nullable Failure lastFailure,
            int failuresInARow,
            @Nullable Instant retry) {
        private static AutomaticDescriptor of(AutomaticCheckpoints.Status status) {
            CheckpointSchedule schedule = status.schedule();
            Duration interval = schedule.interval();
            return new AutomaticDescriptor(
                    status.running(),
                    schedule.maxLogSize() == 0 ? null : schedule.maxLogSize(),
                    interval == null ? null : interval.toString(),
                    schedule.atStop(),
                    status.logBytes(),
                    status.bytesSince(),
                    status.bytesBetween().isPresent() ? status.bytesBetween().getAsLong() : null,
                    status.lastSuccess().map(ReportDescriptor::of).orElse(null),
                    status.lastFailure().map(AutomaticDescriptor::shown).orElse(null),
                    status.failuresInARow(),
                    status.retry().orElse(null));
        }

        private static AutomaticCheckpoints.Failure shown(AutomaticCheckpoints.Failure failure) {
            return FailureDescription.isMessageShown(failure.error())
                    ? failure
                    : new AutomaticCheckpoints.Failure(
                            failure.time(), failure.error(), "What it says is in the log of the application only");
        }
    }

    /**
     * All but the partition is null if it has no checkpoint yet.
     *
     * @param lsn all records of the partition below it are kept elsewhere
     * @param position commits before it are kept elsewhere
     * @param redoPosition from where recovery reads
     * @param snapshot name of the file, empty if there is none
     */
    public record CheckpointDescriptor(
            int partition,
            @Nullable Long lsn,
            @Nullable Long position,
            @Nullable Long redoPosition,
            @Nullable Instant time,
            @Nullable String snapshot) {
        private static CheckpointDescriptor none(int partition) {
            return new CheckpointDescriptor(partition, null, null, null, null, null);
        }

        private static CheckpointDescriptor of(int partition, PartitionCheckpoint checkpoint) {
            return new CheckpointDescriptor(
                    partition,
                    checkpoint.lsn(),
                    checkpoint.position(),
                    checkpoint.redoPosition(),
                    Instant.EPOCH.plus(checkpoint.timeMicros(), ChronoUnit.MICROS),
                    checkpoint.snapshot());
        }
    }

    public record ReportDescriptor(
            Instant time, double seconds, int segmentsDropped, List<CheckpointReport.Partition> partitions) {
        private static ReportDescriptor of(CheckpointReport report) {
            return new ReportDescriptor(
                    report.time(), report.duration().toNanos() / 1e9, report.segmentsDropped(), report.partitions());
        }
    }
}
