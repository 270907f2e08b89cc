package dev.wal;

import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.log.Log;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What automatic checkpoints see of a log, and do with it. Safe for use by several threads. */
record CheckpointSource(WalManager wal, Log log, Checkpointer checkpointer, Consumers consumers) {

    Path directory() {
        return wal.options().storage().directory();
    }

    Clock clock() {
        return wal.options().clock();
    }

    /** {@link Long#MAX_VALUE} for no limit. */
    long maxDisk() {
        return wal.options().maxDisk();
    }

    boolean isOpen() {
        return wal.isOpen();
    }

    CheckpointNeed need() {
        return checkpointer.need();
    }

    Optional<CheckpointReport> checkpointChanged() {
        return wal.checkpointChanged();
    }

    /** See {@link dev.wal.log.GrowthWatch#await}. */
    void awaitGrowth(long position, long nanos) {
        log.growth().await(position, nanos);
    }

    /** From the first byte that is left to the end. */
    long logBytes() {
        return Math.max(0, log.appended() - log.beginning());
    }

    /** Where the oldest transaction began that was undecided at the last checkpoint, or the greatest number. */
    long oldestUndecided() {
        return checkpointer.manifest().partitions().stream()
                .flatMap(partition -> partition.checkpoints().stream().limit(1))
                .filter(checkpoint -> checkpoint.redoPosition() < checkpoint.position())
                .mapToLong(PartitionCheckpoint::redoPosition)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Ids of the consumers that need the log from before a position. */
    List<String> consumersBefore(long position) {
        return consumers.list().stream()
                .filter(consumer -> consumer.retainedFrom() < position)
                .map(WalConsumer::id)
                .toList();
    }

    long appended() {
        return log.appended();
    }
}
