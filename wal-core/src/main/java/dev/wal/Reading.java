package dev.wal;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalOvertakenException;
import dev.wal.log.Log;
import dev.wal.log.LogReader;
import dev.wal.record.WalRecord;
import dev.wal.recovery.RawRecords;
import dev.wal.recovery.Replay;
import dev.wal.recovery.ReplayHandler;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what an open log has since its last checkpoints. Runs beside writers; safe for use by several threads. */
record Reading(Log log, Checkpointer checkpointer) {
    /** Stands for the checkpoint of a partition that has none. */
    static final PartitionCheckpoint BEGINNING = new PartitionCheckpoint(-1, 0, 0, 0, "");

    Map<Integer, List<WalRecord>> recover() {
        try (LogReader reader = log.read(0)) {
            // Asked once the reader holds the segments, so that no checkpoint can come between.
            long[] fromLsns = lastCheckpoints().stream()
                    .mapToLong(PartitionCheckpoint::lsn)
                    .toArray();
            return RawRecords.since(reader, fromLsns);
        }
    }

    void replay(ReplayHandler handler) {
        try (LogReader reader = log.read(0);
                LogReader again = log.readAtRandom(0)) {
            // Asked once the readers hold the segments, so that no checkpoint can come between.
            replay(reader, again, lastCheckpoints(), handler);
        }
    }

    /** Hands over what was committed since a checkpoint of each partition. */
    void replay(List<PartitionCheckpoint> from, ReplayHandler handler) {
        try (LogReader reader = log.read(0);
                LogReader again = log.readAtRandom(0)) {
            replay(reader, again, from, handler);
        }
    }

    private static void replay(
            LogReader reader, LogReader again, List<PartitionCheckpoint> from, ReplayHandler handler) {
        reader.seek(
                from.stream().mapToLong(PartitionCheckpoint::redoPosition).min().orElse(0));
        long[] positions =
                from.stream().mapToLong(PartitionCheckpoint::position).toArray();
        new Replay(again, positions, handler).run(reader);
    }

    /**
     * Where a new consumer begins.
     *
     * @param position of the first commit that it wants
     * @throws WalOvertakenException if that was dropped
     */
    ConsumerPosition beginAt(String id, long position) {
        long beginning = log.beginning();
        if (position < 0 || position > log.appended()) {
            throw new IllegalArgumentException(
                    "There is no position " + position + ": the log ends at " + log.appended());
        }
        if (position < beginning) {
            throw new WalOvertakenException(
                    "Position " + position + " was dropped from the log. The first position that is left is "
                            + beginning + ": begin there.",
                    beginning,
                    -1);
        }
        // What was undecided at the position was undecided at a checkpoint before, or began since.
        long redoPosition = position;
        for (Manifest.Partition partition : checkpointer.manifest().partitions()) {
            long redo = partition.checkpoints().stream()
                    .filter(checkpoint -> checkpoint.position() <= position)
                    .mapToLong(PartitionCheckpoint::redoPosition)
                    .findFirst()
                    .orElse(0);
            redoPosition = Math.min(redoPosition, redo);
        }
        return new ConsumerPosition(id, position, Math.max(redoPosition, beginning));
    }

    /** The last checkpoint of each partition that has one. */
    Map<Integer, PartitionCheckpoint> checkpoints() {
        Map<Integer, PartitionCheckpoint> found = new TreeMap<>();
        List<Manifest.Partition> all = checkpointer.manifest().partitions();
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).checkpoints().isEmpty()) {
                found.put(i, all.get(i).checkpoints().get(0));
            }
        }
        return found;
    }

    /** The last checkpoint of each partition, or {@link #BEGINNING}. */
    List<PartitionCheckpoint> lastCheckpoints() {
        return checkpointer.manifest().partitions().stream()
                .map(partition -> partition.checkpoints().isEmpty()
                        ? BEGINNING
                        : partition.checkpoints().get(0))
                .toList();
    }
}
