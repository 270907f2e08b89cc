package dev.wal.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What must be known of a log before it can be read. Immutable.
 *
 * @param logId random, never 0
 * @param incarnation of the last open for writing, 0 before the first
 * @param firstSegment number of the first live segment
 * @param mark position below which all is known to be forced
 * @param partitions one for each partition
 */
public record Manifest(long logId, int incarnation, int firstSegment, long mark, List<Partition> partitions) {

    /**
     * @param nextLsn least LSN that the next record can have
     * @param checkpoints newest first; a second one is kept as long as the first has a snapshot that could be damaged
     */
    public record Partition(long nextLsn, List<PartitionCheckpoint> checkpoints) {
        static final Partition EMPTY = new Partition(0, List.of());

        public Partition {
            checkpoints = List.copyOf(checkpoints);
        }

        /** The checkpoints that are kept when there is a new one. */
        private List<PartitionCheckpoint> followedBy(PartitionCheckpoint checkpoint) {
            if (checkpoint.hasSnapshot() && !checkpoints.isEmpty()) {
                PartitionCheckpoint newest = checkpoints.get(0);
                if (newest.position() == checkpoint.position()) {
                    // The same snapshot once more is no fallback for itself.
                    return checkpoints.size() == 1 ? List.of(checkpoint) : List.of(checkpoint, checkpoints.get(1));
                }
                if (newest.hasSnapshot()) {
                    return List.of(checkpoint, newest);
                }
            }
            return List.of(checkpoint);
        }
    }

    public Manifest {
        partitions = List.copyOf(partitions);
    }

    /** Of a log that is about to be created. */
    public static Manifest initial(long logId, int partitions) {
        return new Manifest(logId, 0, 1, 0, java.util.Collections.nCopies(partitions, Partition.EMPTY));
    }

    /**
     * The manifest for the next open.
     *
     * @param end position where the log ends
     * @param nextLsns per partition, the LSN of the next record
     */
    public Manifest nextIncarnation(long end, long[] nextLsns) {
        List<Partition> adjusted = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            List<PartitionCheckpoint> checkpoints = partitions.get(i).checkpoints().stream()
                    .map(checkpoint -> checkpoint.notBehind(end))
                    .toList();
            adjusted.add(new Partition(nextLsns[i], checkpoints));
        }
        return new Manifest(logId, incarnation + 1, firstSegment, Math.min(mark, end), adjusted);
    }

    /**
     * After a checkpoint.
     *
     * @param checkpoints the new ones by partition
     * @param newMark position below which all is forced
     * @param nextLsns per partition, the LSN behind the last record that is forced
     */
    public Manifest with(Map<Integer, PartitionCheckpoint> checkpoints, long newMark, long[] nextLsns) {
        List<Partition> changed = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            PartitionCheckpoint checkpoint = checkpoints.get(i);
            changed.add(new Partition(
                    Math.max(partition.nextLsn(), nextLsns[i]),
                    checkpoint == null ? partition.checkpoints() : partition.followedBy(checkpoint)));
        }
        return new Manifest(logId, incarnation, firstSegment, Math.max(mark, newMark), changed);
    }

    /** Without the checkpoints of a partition that are newer than one: their snapshots are damaged. */
    public Manifest fallenBackTo(int partition, PartitionCheckpoint checkpoint) {
        List<Partition> changed = new ArrayList<>(partitions);
        Partition before = changed.get(partition);
        int from = before.checkpoints().indexOf(checkpoint);
        changed.set(
                partition,
                new Partition(
                        before.nextLsn(),
                        before.checkpoints().subList(from, before.checkpoints().size())));
        return new Manifest(logId, incarnation, firstSegment, mark, changed);
    }

    /** With the last checkpoint of each partition only. */
    public Manifest withoutFallbacks() {
        List<Partition> changed = partitions.stream()
                .map(partition -> new Partition(
                        partition.nextLsn(),
                        partition.checkpoints().stream().limit(1).toList()))
                .toList();
        return new Manifest(logId, incarnation, firstSegment, mark, changed);
    }

    public Manifest withFirstSegment(int number) {
        return new Manifest(logId, incarnation, number, mark, partitions);
    }

    /**
     * Of a copy of the log that ends at a position, and goes on in a history of its own.
     *
     * @param otherIncarnation that this log will not come to
     */
    public Manifest copiedUpTo(long end, int otherIncarnation) {
        return new Manifest(logId, otherIncarnation, firstSegment, end, partitions);
    }

    public long[] nextLsns() {
        return partitions.stream().mapToLong(Partition::nextLsn).toArray();
    }

    /** Whether a partition needs a segment, for its oldest checkpoint that is kept. */
    public boolean needs(int partition, long lastLsn, long segmentEnd) {
        List<PartitionCheckpoint> checkpoints = partitions.get(partition).checkpoints();
        return checkpoints.isEmpty() || needs(checkpoints.get(checkpoints.size() - 1), lastLsn, segmentEnd);
    }

    /** Whether a partition will still need a segment when it has come further and has one more checkpoint: for the last one of now, if that has a snapshot. */
    public boolean needsAfterNextCheckpoint(int partition, long lastLsn, long segmentEnd) {
        List<PartitionCheckpoint> checkpoints = partitions.get(partition).checkpoints();
        return !checkpoints.isEmpty()
                && checkpoints.get(0).hasSnapshot()
                && needs(checkpoints.get(0), lastLsn, segmentEnd);
    }

    private static boolean needs(PartitionCheckpoint checkpoint, long lastLsn, long segmentEnd) {
        if (segmentEnd <= checkpoint.redoPosition()) {
            return false;
        }
        boolean undecided = checkpoint.redoPosition() < checkpoint.position();
        return undecided || lastLsn >= checkpoint.lsn();
    }
}
