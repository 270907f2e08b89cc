package dev.wal;

import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.EventKeys;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.log.LogThreads;
import dev.wal.recovery.SnapshotFallback;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a state machine take over its snapshots, older ones where newer ones are damaged. */
record StateRestorer(Storage storage, Checkpointer checkpointer, LogThreads threads, RecoveringThreads inside) {
    private static final Logger logger = LoggerFactory.getLogger(StateRestorer.class);

    /**
     * What was taken over.
     *
     * @param from from which checkpoint of each partition the log has to be replayed
     * @param fallbacks where that is not the last one
     */
    record Restored(List<PartitionCheckpoint> from, List<SnapshotFallback> fallbacks) {}

    /** What was taken over of one partition. */
    private record Partition(PartitionCheckpoint from, Optional<SnapshotFallback> fallback) {}

    /** Restores all partitions. */
    Restored restore(StateMachine machine) {
        List<PartitionCheckpoint> from = new ArrayList<>();
        List<SnapshotFallback> fallbacks = new ArrayList<>();
        for (Partition restored : restoreAll(machine)) {
            from.add(restored.from());
            restored.fallback().ifPresent(fallbacks::add);
        }
        // Damaged ones must not be kept as a fallback for others.
        fallbacks.forEach(fallback -> checkpointer.fallenBackTo(fallback.partition(), from.get(fallback.partition())));
        return new Restored(from, fallbacks);
    }

    /** Several partitions at once, as far as there is help and the state machine may be helped with. */
    private List<Partition> restoreAll(StateMachine machine) {
        List<SharedTask<Partition>> tasks = new ArrayList<>();
        int partitions = checkpointer.manifest().partitions().size();
        for (int i = 0; i < partitions; i++) {
            int partition = i;
            tasks.add(new SharedTask<>(() -> restore(machine, partition)));
        }
        try {
            // Without the first one, which the caller begins with.
            for (int i = 1; i < partitions; i++) {
                if (machine.recoversInAnyThread() && !checkpointsOf(i).isEmpty()) {
                    threads.help(tasks.get(i));
                }
            }
            tasks.forEach(SharedTask::run);
            return tasks.stream().map(SharedTask::join).toList();
        } finally {
            tasks.forEach(SharedTask::giveUp);
        }
    }

    private Partition restore(StateMachine machine, int partition) {
        List<PartitionCheckpoint> checkpoints = checkpointsOf(partition);
        List<WalCorruptedException> damages = new ArrayList<>();
        for (PartitionCheckpoint checkpoint : checkpoints) {
            refuseWithoutSnapshot(partition, checkpoint);
            try {
                restore(machine, snapshotFile(partition, checkpoint));
                return new Partition(checkpoint, fallback(partition, checkpoints.get(0), checkpoint, damages));
            } catch (WalCorruptedException e) {
                damages.add(e);
            } catch (IOException e) {
                throw new WalStorageException("Snapshot " + path(checkpoint) + " cannot be read", e);
            }
        }
        if (!damages.isEmpty()) {
            throw allDamaged(partition, checkpoints, damages);
        }
        return new Partition(Reading.BEGINNING, Optional.empty());
    }

    private void restore(StateMachine machine, SnapshotFile snapshot) throws IOException {
        boolean entered = inside.enter();
        try {
            machine.restore(snapshot);
        } finally {
            if (entered) {
                inside.leave();
            }
        }
    }

    private List<PartitionCheckpoint> checkpointsOf(int partition) {
        return checkpointer.manifest().partitions().get(partition).checkpoints();
    }

    private static void refuseWithoutSnapshot(int partition, PartitionCheckpoint checkpoint) {
        if (!checkpoint.hasSnapshot()) {
            throw new IllegalStateException("Partition " + partition
                    + " was checkpointed on its caller's word, without a snapshot, so that no state can be restored"
                    + " from this log. Attach state machines from the beginning, or use another directory.");
        }
    }

    private SnapshotFile snapshotFile(int partition, PartitionCheckpoint checkpoint) {
        return new SnapshotFile(
                storage,
                checkpoint.snapshot(),
                checkpointer.manifest().logId(),
                partition,
                checkpoint.lsn(),
                checkpoint.position(),
                checkpoint.timeMicros());
    }

    private Path path(PartitionCheckpoint checkpoint) {
        return storage.directory().resolve(checkpoint.snapshot());
    }

    private Optional<SnapshotFallback> fallback(
            int partition, PartitionCheckpoint newest, PartitionCheckpoint used, List<WalCorruptedException> damages) {
        if (damages.isEmpty()) {
            return Optional.empty();
        }
        logger.atError()
                .setCause(damages.get(0))
                .addKeyValue(EventKeys.DIRECTORY, storage.directory())
                .addKeyValue(EventKeys.PARTITION, partition)
                .addKeyValue(EventKeys.LSN, newest.lsn())
                .log(
                        "Snapshot {} of partition {} is damaged or missing. Nothing is lost: {} was used, and the log since. The next"
                                + " checkpoint replaces it; look after the disk before another one is damaged",
                        path(newest),
                        partition,
                        used.snapshot());
        return Optional.of(new SnapshotFallback(partition, newest.snapshot(), used.snapshot()));
    }

    /** The log before them was dropped, so that there is nothing else to restore the partition from. */
    private WalCorruptedException allDamaged(
            int partition, List<PartitionCheckpoint> checkpoints, List<WalCorruptedException> damages) {
        List<Path> paths = checkpoints.stream().map(this::path).toList();
        WalCorruptedException refused = new WalCorruptedException(
                "Partition " + partition + " cannot be restored: of its snapshots " + paths
                        + " none can be used, and the log that they stand for was dropped. Nothing was changed. Put one of these files"
                        + " back from a backup of this log, or open that backup.",
                damages.get(0));
        damages.stream().skip(1).forEach(refused::addSuppressed);
        return refused;
    }
}
