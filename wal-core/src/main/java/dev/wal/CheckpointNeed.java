package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a checkpoint would be good for at a moment.
 *
 * @param appended position behind the last batch
 * @param bytesSince bytes of the log behind the oldest of the last checkpoints of partitions that have changed since; 0 if none has
 * @param changed partitions with records that are not in their last checkpoint
 * @param due partitions of which a checkpoint should be taken: those that have changed, and those that hold segments back for a checkpoint before the last
 */
record CheckpointNeed(long appended, long bytesSince, List<Integer> changed, List<Integer> due) {
    private static final long NOTHING = Long.MAX_VALUE;

    static CheckpointNeed of(Log log, Manifest manifest) {
        List<Manifest.Partition> partitions = manifest.partitions();
        long[] sinceNewest = log.keptFrom(lsns(partitions, partition -> lsn(partition, 0)));
        long[] sinceOldest = log.keptFrom(lsns(
                partitions, partition -> lsn(partition, partition.checkpoints().size() - 1)));
        List<Integer> changed = new ArrayList<>();
        List<Integer> due = new ArrayList<>();
        long from = NOTHING;
        for (int i = 0; i < partitions.size(); i++) {
            List<PartitionCheckpoint> checkpoints = partitions.get(i).checkpoints();
            if (sinceNewest[i] != NOTHING) {
                changed.add(i);
                long position = checkpoints.isEmpty() ? 0 : checkpoints.get(0).position();
                from = Math.min(from, Math.max(position, sinceNewest[i]));
            }
            if (sinceOldest[i] != NOTHING || checkpoints.stream().anyMatch(CheckpointNeed::metAnUndecided)) {
                due.add(i);
            }
        }
        long appended = log.appended();
        return new CheckpointNeed(appended, Math.max(0, appended - Math.min(from, appended)), changed, due);
    }

    private static long[] lsns(List<Manifest.Partition> partitions, ToLongFunction<Manifest.Partition> lsn) {
        return partitions.stream().mapToLong(lsn).toArray();
    }

    private static long lsn(Manifest.Partition partition, int checkpoint) {
        return partition.checkpoints().isEmpty()
                ? 0
                : partition.checkpoints().get(checkpoint).lsn();
    }

    /** It may be decided by now, and hold back what is before the checkpoint for nothing. */
    private static boolean metAnUndecided(PartitionCheckpoint checkpoint) {
        return checkpoint.redoPosition() < checkpoint.position();
    }
}
