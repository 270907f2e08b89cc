package dev.wal.spring.boot.actuate;

import dev.wal.WalManager;
import dev.wal.WalSegment;
import dev.wal.WalStatus;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** {@code /actuator/wal}: the log now. */
@Endpoint(id = "wal", defaultAccess = Access.READ_ONLY)
public class WalEndpoint {
    private final WalManager walManager;

    public WalEndpoint(WalManager walManager) {
        this.walManager = walManager;
    }

    @ReadOperation
    public WalDescriptor wal() {
        WalStatus status = walManager.status();
        return new WalDescriptor(
                status.directory().toString(),
                status.state().name(),
                status.failure().map(FailureDescription::of).orElse(null),
                status.durability().toString(),
                status.position(),
                status.durableMark(),
                status.segments(),
                status.bytes(),
                walManager.segments().stream().map(SegmentDescriptor::of).toList(),
                DiskDescriptor.of(status.disk()),
                status.partitions().stream().map(PartitionDescriptor::of).toList());
    }

    @ReadOperation
    public @Nullable PartitionDescriptor partition(@Selector int partition) {
        return walManager.status().partitions().stream()
                .filter(candidate -> candidate.partition() == partition)
                .map(PartitionDescriptor::of)
                .findFirst()
                .orElse(null);
    }

    /**
     * @param state {@code OPEN}, {@code FAILED} or {@code CLOSED}
     * @param failure what ended the log, if it failed; only its classes if the application threw it
     * @param position behind the last batch
     * @param durableMark position below which all is forced
     * @param bytes of the segments
     * @param segmentList the segments, oldest first, the one that is written to last
     */
    public record WalDescriptor(
            String directory,
            String state,
            @Nullable String failure,
            String durability,
            long position,
            long durableMark,
            int segments,
            long bytes,
            List<SegmentDescriptor> segmentList,
            DiskDescriptor disk,
            List<PartitionDescriptor> partitions) {}

    /**
     * One that is kept for nobody is dropped by the next checkpoint of all partitions, if all have come further since the last. The next start reads all of them.
     *
     * @param position where it begins
     * @param size in bytes
     * @param neededByRecovery whether it holds what states do not have from the last snapshots
     * @param neededByFallback whether it holds what states do not have from the oldest snapshots that are kept
     * @param consumers ids of the consumers that have not acknowledged all of it and for whom that checkpoint keeps it
     */
    public record SegmentDescriptor(
            int number,
            long position,
            long size,
            boolean neededByRecovery,
            boolean neededByFallback,
            List<String> consumers) {
        private static SegmentDescriptor of(WalSegment segment) {
            return new SegmentDescriptor(
                    segment.number(),
                    segment.position(),
                    segment.size(),
                    segment.neededByRecovery(),
                    segment.neededByFallback(),
                    segment.consumers());
        }
    }

    /**
     * @param bytes that segments, snapshots and kept bytes take, −1 if that cannot be found out
     * @param spareBytes of these, of segments that hold nothing: the next one and those that will be used again
     * @param limit of these bytes, none if there is none
     * @param refusing whether commits are refused for want of space
     * @param failure why the next segment could not be made
     */
    public record DiskDescriptor(
            long bytes,
            long spareBytes,
            @Nullable Long limit,
            boolean refusing,
            @Nullable String failure) {
        private static DiskDescriptor of(WalStatus.Disk disk) {
            return new DiskDescriptor(
                    disk.bytes(),
                    disk.spareBytes(),
                    disk.limit().isPresent() ? disk.limit().getAsLong() : null,
                    disk.refusing(),
                    disk.failure().map(FailureDescription::of).orElse(null));
        }
    }

    /**
     * @param appendedLsn of the last record, −1 for none
     * @param durableLsn of the last record that is forced, −1 for none
     * @param checkpointLsn all records below it are kept elsewhere, −1 for none
     */
    public record PartitionDescriptor(int partition, long appendedLsn, long durableLsn, long checkpointLsn) {
        private static PartitionDescriptor of(WalStatus.Partition partition) {
            return new PartitionDescriptor(
                    partition.partition(), partition.appendedLsn(), partition.durableLsn(), partition.checkpointLsn());
        }
    }
}
