package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalException;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.common.WalStorageException;
import dev.wal.log.Batch;
import dev.wal.log.HandledPoint;
import dev.wal.log.Log;
import dev.wal.log.LogStatus;
import dev.wal.log.Observers;
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
import java.util.Optional;
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
    private final WalObserver observer;
    private final ReentrantLock running = new ReentrantLock();
    private final HeldSnapshots snapshots;
    private final Consumers consumers;
    private volatile Manifest manifest;

    /** Guarded by running: the directory may have another owner then. */
    private boolean closed;

    private volatile @Nullable StateMachine stateMachine;

    /** A partition at a moment. */
    private record Frozen(
            CheckpointLsns.Point point, long redoPosition, long timeMicros, StateMachine.@Nullable Frozen view) {
        private int partition() {
            return point.partition();
        }
    }

    /** What one partition's checkpoint is made of. */
    private record Made(Frozen frozen, PartitionCheckpoint checkpoint) {
        private int partition() {
            return frozen.partition();
        }
    }

    Checkpointer(
            WalOptions options,
            Log log,
            Manifest manifest,
            List<CallerTransactions> callers,
            UndecidedTransactions undecided,
            Consumers consumers) {
        this.storage = options.storage();
        this.manifests = new ManifestStore(storage);
        this.log = log;
        this.snapshots = new HeldSnapshots(storage);
        this.manifest = manifest;
        this.callers = callers;
        this.undecided = undecided;
        this.consumers = consumers;
        this.clock = options.clock();
        this.observer = options.observer();
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
        return Observers.observed(observer, WalOperation.CHECKPOINT, () -> checkpointUnlessRunning(partitions));
    }

    private CheckpointReport checkpointUnlessRunning(List<Integer> partitions) {
        if (!running.tryLock()) {
            throw new CheckpointRefusedException("A checkpoint is running already. Try again when it has ended.");
        }
        try {
            return checkpointLocked(partitions);
        } finally {
            running.unlock();
        }
    }

    /** Waits for a checkpoint that is running, and then takes one where it is of use, unless nothing was committed since the last. */
    Optional<CheckpointReport> checkpointChanged() {
        running.lock();
        try {
            CheckpointNeed need = need();
            if (need.changed().isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    Observers.observed(observer, WalOperation.CHECKPOINT, () -> checkpointLocked(need.due())));
        } finally {
            running.unlock();
        }
    }

    CheckpointNeed need() {
        return CheckpointNeed.of(log, manifest);
    }

    private CheckpointReport checkpointLocked(List<Integer> partitions) {
        if (closed) {
            throw new WalClosedException("The log in " + storage.directory() + " is closed. No checkpoint was taken.");
        }
        try {
            Instant start = clock.instant();
            long startNanos = System.nanoTime();
            log.throwIfFailed();
            List<Frozen> frozen = freezeAll(partitions);
            try {
                log.sync();
                List<Made> made = make(frozen);
                writeSnapshots(made);
                logCheckpoints(made);
                int dropped = publishWhileNobodyJoins(made);
                return report(start, Duration.ofNanos(System.nanoTime() - startNanos), dropped, made);
            } finally {
                closeAll(frozen);
            }
        } catch (IOException e) {
            throw new WalStorageException(
                    "The checkpoint of partitions " + partitions + " in " + storage.directory() + " was given up: " + e
                            + ". The log is as it was, and goes on; try again when the cause is mended.",
                    e);
        }
    }

    /**
     * Waits for a running checkpoint, and remembers how far the log was forced when it was closed, so that nothing before can be missing without being missed. If that cannot be written, the log is as safe as after a crash.
     */
    void closed() {
        running.lock();
        try {
            closed = true;
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
        StateMachine.Frozen view = machine == null ? null : machine.freeze(partition);
        return new Frozen(
                new CheckpointLsns.Point(partition, point),
                Math.min(point.position(), oldestUndecided),
                micros(clock.instant()),
                view);
    }

    /** What was frozen is in the log by now, so that it can be read which LSNs it ends at. */
    private List<Made> make(List<Frozen> frozen) {
        long[] lsns =
                CheckpointLsns.behind(log, frozen.stream().map(Frozen::point).toList());
        List<Made> made = new ArrayList<>();
        for (int i = 0; i < lsns.length; i++) {
            Frozen one = frozen.get(i);
            long position = one.point().at().position();
            String snapshot = one.view() == null ? "" : FileNames.snapshot(one.partition(), position);
            made.add(new Made(
                    one, new PartitionCheckpoint(lsns[i], position, one.redoPosition(), one.timeMicros(), snapshot)));
        }
        return made;
    }

    /** Microseconds since 1970. */
    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1000;
    }

    private void writeSnapshots(List<Made> made) throws IOException {
        boolean written = false;
        for (Made one : made) {
            StateMachine.Frozen view = one.frozen().view();
            if (view != null && !isWritten(one)) {
                PartitionCheckpoint checkpoint = one.checkpoint();
                view.write(new SnapshotFile(
                        storage,
                        checkpoint.snapshot(),
                        manifest.logId(),
                        one.partition(),
                        checkpoint.lsn(),
                        checkpoint.position(),
                        checkpoint.timeMicros()));
                written = true;
            }
        }
        if (written) {
            storage.forceDirectory();
        }
    }

    /** Whether there is a snapshot of this very point, which the manifest names: it must not be replaced. */
    private boolean isWritten(Made one) {
        PartitionCheckpoint checkpoint = one.checkpoint();
        for (PartitionCheckpoint earlier :
                manifest.partitions().get(one.partition()).checkpoints()) {
            if (earlier.snapshot().equals(checkpoint.snapshot())) {
                if (earlier.lsn() == checkpoint.lsn() && earlier.position() == checkpoint.position()) {
                    return true;
                }
                // The log was cut below a snapshot, and has come to the same position again.
                throw new CheckpointRefusedException("Partition " + one.partition() + " has a snapshot "
                        + checkpoint.snapshot() + " of an earlier history of the log, which must not be replaced."
                        + " Take the checkpoint again when more was committed.");
            }
        }
        return false;
    }

    private static Set<String> named(Manifest manifest) {
        Set<String> names = new HashSet<>();
        for (Manifest.Partition partition : manifest.partitions()) {
            partition.checkpoints().stream()
                    .filter(PartitionCheckpoint::hasSnapshot)
                    .forEach(checkpoint -> names.add(checkpoint.snapshot()));
        }
        return names;
    }

    private void logCheckpoints(List<Made> made) {
        Batch batch = new Batch(64 * made.size(), null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        for (Made one : made) {
            encoder.encode(new WalRecord.Checkpoint(
                    one.partition(), one.checkpoint().lsn(), one.checkpoint().redoPosition()));
        }
        batch.holdsNothing();
        batch.mayUse(Batch.Reserve.CHECKPOINT);
        log.append(batch);
        log.sync();
    }

    private int publishWhileNobodyJoins(List<Made> made) throws IOException {
        consumers.lock().lock();
        try {
            return publish(made);
        } finally {
            consumers.lock().unlock();
        }
    }

    /** From here on recovery begins at the new checkpoint: the manifest first, deletions later. */
    private int publish(List<Made> made) throws IOException {
        Map<Integer, PartitionCheckpoint> checkpoints = new LinkedHashMap<>();
        made.forEach(one -> checkpoints.put(one.partition(), one.checkpoint()));
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

    /** A view that cannot be closed must not keep the others open, nor undo what was made of it. */
    private static void closeAll(List<Frozen> frozen) {
        for (Frozen one : frozen) {
            StateMachine.Frozen view = one.view();
            if (view != null) {
                try {
                    view.close();
                } catch (RuntimeException | Error e) {
                    logger.warn("The view of partition {} that a checkpoint took was not closed", one.partition(), e);
                }
            }
        }
    }

    private static CheckpointReport report(Instant start, Duration duration, int dropped, List<Made> made) {
        return new CheckpointReport(
                start,
                duration,
                dropped,
                made.stream()
                        .map(one -> new CheckpointReport.Partition(
                                one.partition(),
                                one.checkpoint().lsn(),
                                one.checkpoint().position(),
                                one.checkpoint().redoPosition()))
                        .toList());
    }
}
