package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalException;
import dev.wal.common.WalStorageException;
import dev.wal.log.Batch;
import dev.wal.log.HandledPoint;
import dev.wal.log.Log;
import dev.wal.log.LogStatus;
import dev.wal.record.RecordEncoder;
import dev.wal.record.WalRecord;
import dev.wal.recovery.BatchSink;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes checkpoints, one at a time, beside writers. The order of the steps in {@link #checkpoint(List)} is what makes a crash between any two of them harmless; see
 * docs/crash-safety.md. If a step fails, log and manifest stay as they are.
 */
final class Checkpointer {
    private static final Logger logger = LoggerFactory.getLogger(Checkpointer.class);

    private final Storage storage;
    private final ManifestStore manifests;
    private final Log log;
    private final List<CallerTransactions> callers;
    private final UndecidedTransactions undecided;
    private final Clock clock;
    private final ReentrantLock running = new ReentrantLock();
    private final HeldSnapshots snapshots;
    private final Consumers consumers;
    private volatile Manifest manifest;
    private volatile @Nullable StateMachine stateMachine;

    /** What one partition's checkpoint is made of. */
    private record Frozen(
            int partition, PartitionCheckpoint checkpoint, SnapshotFile file, StateMachine.@Nullable Frozen view) {}

    Checkpointer(
            Storage storage,
            Log log,
            Manifest manifest,
            List<CallerTransactions> callers,
            UndecidedTransactions undecided,
            Consumers consumers,
            Clock clock) {
        this.storage = storage;
        this.manifests = new ManifestStore(storage);
        this.log = log;
        this.snapshots = new HeldSnapshots(storage);
        this.manifest = manifest;
        this.callers = callers;
        this.undecided = undecided;
        this.consumers = consumers;
        this.clock = clock;
    }

    void attach(StateMachine machine) {
        stateMachine = machine;
    }

    /** The newer snapshots of a partition are damaged: they must not be kept as a fallback. */
    void fallenBackTo(int partition, PartitionCheckpoint checkpoint) {
        manifest = manifest.fallenBackTo(partition, checkpoint);
    }

    Manifest manifest() {
        return manifest;
    }

    /** Keeps the snapshots that the manifest names now until they are let go of. */
    HeldSnapshots.Hold holdSnapshots() {
        return snapshots.hold(this::manifest);
    }

    CheckpointReport checkpoint(List<Integer> partitions) {
        if (!running.tryLock()) {
            throw new CheckpointRefusedException("A checkpoint is running already. Try again when it has ended.");
        }
        try {
            Instant start = clock.instant();
            long startNanos = System.nanoTime();
            log.throwIfFailed();
            List<Frozen> frozen = freezeAll(partitions);
            try {
                log.sync();
                writeSnapshots(frozen);
                logCheckpoints(frozen);
                int dropped = publishWhileNobodyJoins(frozen);
                return report(start, Duration.ofNanos(System.nanoTime() - startNanos), dropped, frozen);
            } finally {
                closeAll(frozen);
            }
        } catch (IOException e) {
            throw new WalStorageException(
                    "The checkpoint of partitions " + partitions + " in " + storage.directory() + " was given up: " + e
                            + ". The log is as it was, and goes on; try again when the cause is mended.",
                    e);
        } finally {
            running.unlock();
        }
    }

    /**
     * Waits for a running checkpoint, and remembers how far the log was forced when it was closed, so that nothing before can be missing without being missed. If that cannot be written, the log is as safe as after a crash.
     */
    void closed() {
        running.lock();
        try {
            if (log.failure() == null) {
                LogStatus status = log.status();
                manifests.write(manifest.with(
                        Map.of(), status.durable(), status.durableNextLsns().toArray()));
            }
        } catch (IOException e) {
            logger.warn("The manifest in {} could not be written when the log was closed", storage.directory(), e);
        } finally {
            running.unlock();
        }
    }

    private List<Frozen> freezeAll(List<Integer> partitions) {
        List<Frozen> frozen = new ArrayList<>();
        try {
            for (int partition : partitions) {
                frozen.add(callers.get(partition)
                        .withoutAppends(oldestUndecided ->
                                log.betweenHandlers(point -> freeze(partition, point, oldestUndecided))));
            }
            return frozen;
        } catch (Throwable e) {
            closeAll(frozen);
            throw e;
        }
    }

    private Frozen freeze(int partition, HandledPoint point, long oldestOfCallers) {
        StateMachine machine = stateMachine;
        // Asked after the point was taken: who registers later writes behind it.
        long oldestUndecided = Math.min(oldestOfCallers, undecided.oldestPosition());
        long lsn = point.nextLsns().of(partition);
        long position = point.position();
        long timeMicros = micros(clock.instant());
        StateMachine.Frozen view = machine == null ? null : machine.freeze(partition);
        String name = machine == null ? "" : FileNames.snapshot(partition, position);
        return new Frozen(
                partition,
                new PartitionCheckpoint(lsn, position, Math.min(position, oldestUndecided), timeMicros, name),
                new SnapshotFile(storage, name, manifest.logId(), partition, lsn, position, timeMicros),
                view);
    }

    /** Microseconds since 1970. */
    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1000;
    }

    private void writeSnapshots(List<Frozen> frozen) throws IOException {
        boolean written = false;
        for (Frozen one : frozen) {
            // A checkpoint at the place of the last one would replace the file that the manifest names.
            if (one.view() != null && !isNamed(one.file().name())) {
                one.view().write(one.file());
                written = true;
            }
        }
        if (written) {
            storage.forceDirectory();
        }
    }

    private boolean isNamed(String snapshot) {
        return named(manifest).contains(snapshot);
    }

    private static Set<String> named(Manifest manifest) {
        Set<String> names = new HashSet<>();
        for (Manifest.Partition partition : manifest.partitions()) {
            partition.checkpoints().forEach(checkpoint -> names.add(checkpoint.snapshot()));
        }
        return names;
    }

    private void logCheckpoints(List<Frozen> frozen) {
        Batch batch = new Batch(64 * frozen.size(), null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        for (Frozen one : frozen) {
            encoder.encode(new WalRecord.Checkpoint(
                    one.partition(), one.checkpoint().lsn(), one.checkpoint().redoPosition()));
        }
        batch.holdsNothing();
        batch.usesReserve();
        log.append(batch);
        log.sync();
    }

    private int publishWhileNobodyJoins(List<Frozen> frozen) throws IOException {
        consumers.lock().lock();
        try {
            return publish(frozen);
        } finally {
            consumers.lock().unlock();
        }
    }

    /** From here on recovery begins at the new checkpoint: the manifest first, deletions later. */
    private int publish(List<Frozen> frozen) throws IOException {
        Map<Integer, PartitionCheckpoint> checkpoints = new LinkedHashMap<>();
        frozen.forEach(one -> checkpoints.put(one.partition(), one.checkpoint()));
        LogStatus status = log.status();
        Manifest before = manifest;
        Manifest changed = before.with(
                checkpoints, status.durable(), status.durableNextLsns().toArray());
        int needed = log.firstNeededSegment(changed::needs);
        Manifest after = changed.withFirstSegment(consumers.firstNeededSegment(needed, status.segments()));
        manifests.write(after);
        manifest = after;
        return deleteObsolete(before, after);
    }

    /** What cannot be deleted now is deleted by the next open: the checkpoint stands. */
    private int deleteObsolete(Manifest before, Manifest after) {
        try {
            Set<String> obsolete = named(before);
            obsolete.removeAll(named(after));
            snapshots.delete(obsolete);
            return log.deleteSegmentsBefore(after.firstSegment());
        } catch (IOException | WalException e) {
            logger.warn("Obsolete files in {} are left for the next open to delete", storage.directory(), e);
            return 0;
        }
    }

    private static void closeAll(List<Frozen> frozen) {
        for (Frozen one : frozen) {
            if (one.view() != null) {
                one.view().close();
            }
        }
    }

    private static CheckpointReport report(Instant start, Duration duration, int dropped, List<Frozen> frozen) {
        return new CheckpointReport(
                start,
                duration,
                dropped,
                frozen.stream()
                        .map(one -> new CheckpointReport.Partition(
                                one.partition(),
                                one.checkpoint().lsn(),
                                one.checkpoint().position(),
                                one.checkpoint().redoPosition()))
                        .toList());
    }
}
