package dev.wal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a checkpoint did.
 *
 * @param time when it began
 * @param duration how long it took
 * @param segmentsDropped how many segments were deleted
 * @param partitions what was checkpointed
 */
public record CheckpointReport(Instant time, Duration duration, int segmentsDropped, List<Partition> partitions) {

    /**
     * @param partition number of the partition
     * @param lsn all its records below are kept elsewhere
     * @param position commits before it are kept elsewhere
     * @param redoPosition from where recovery reads
     */
    public record Partition(int partition, long lsn, long position, long redoPosition) {}

    public CheckpointReport {
        partitions = List.copyOf(partitions);
    }
}
