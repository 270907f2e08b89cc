package dev.wal;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalOvertakenException;
import dev.wal.log.Log;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tailers. Safe for use by several threads. */
record Tailers(Log log, Checkpointer checkpointer, Consumers consumers) {

    WalTailer tail(long fromPosition) {
        return tailer(null, beginAt("", fromPosition));
    }

    WalTailer tail(String consumer, long ifNewFrom) {
        return tailer(consumer, consumers.activate(consumer, () -> beginAt(consumer, ifNewFrom)));
    }

    /**
     * Hands over first what was committed since the last checkpoint of each partition. That of an idle partition may be at a position that was dropped, because nothing of it lies between there and the beginning of the log.
     */
    WalTailer tailFromCheckpoints() {
        // Before it is asked for the checkpoints: what is dropped between the two may be needed, and is missed then.
        long beginning = log.beginning();
        List<PartitionCheckpoint> last = new Reading(log, checkpointer).lastCheckpoints();
        long[] positions =
                last.stream().mapToLong(PartitionCheckpoint::position).toArray();
        long redo =
                last.stream().mapToLong(PartitionCheckpoint::redoPosition).min().orElse(0);
        long first = Arrays.stream(positions).min().orElse(0);
        ConsumerPosition from = new ConsumerPosition("", Math.max(first, beginning), Math.max(redo, beginning));
        return new WalTailer(log.follow(), consumers, positions, null, from, log::sync);
    }

    /** Has a consumer that is not in use go on at a position. */
    void reset(String consumer, long position) {
        consumers.reset(consumer, () -> beginAt(consumer, position));
    }

    private WalTailer tailer(@Nullable String consumer, ConsumerPosition from) {
        long[] fromStart = new long[checkpointer.manifest().partitions().size()];
        return new WalTailer(log.follow(), consumers, fromStart, consumer, from, log::sync);
    }

    /**
     * Where a new consumer begins.
     *
     * @param position of the first commit that it wants
     * @throws WalOvertakenException if that was dropped
     */
    private ConsumerPosition beginAt(String id, long position) {
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
}
