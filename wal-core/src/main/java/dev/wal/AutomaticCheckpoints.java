package dev.wal;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes checkpoints of a log by itself, in a daemon thread for which no commit waits: when the log has grown, and at intervals. One that fails is tried again, later and later. One that is refused, because not all
 * data would be in it, is logged once, and tried again now and then. The thread ends when the log is closed or fails. Safe for use by several threads.
 *
 * <p>For logs with a state machine: without, a checkpoint is the word of the caller that it holds the data, which nobody can give by a schedule.
 */
public final class AutomaticCheckpoints {
    private final WalManager wal;
    private final CheckpointSchedule schedule;
    private final CheckpointSource source;
    private final ScheduledCheckpoints checkpoints;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock for changes. */
    private volatile @Nullable Runner runner;

    /**
     * A checkpoint that failed or was refused.
     *
     * @param error class of what was thrown
     * @param message why, and what to do
     */
    public record Failure(Instant time, String error, String message) {}

    /**
     * Automatic checkpoints at a moment.
     *
     * @param schedule when they are taken
     * @param running whether they are: they were started, and neither their thread nor the log has ended
     * @param lastSuccess the last of them
     * @param lastFailure the last of them that failed, be it mended by now
     * @param failuresInARow how many have failed since the last that did not
     * @param retry when the one that failed is tried again; empty if it is not
     * @param bytesSince bytes of the log behind the last checkpoint, by whomever, of what has changed since
     * @param bytesBetween of these bytes, how many make one due; empty if none is taken by size
     * @param logBytes from the first byte of the log that is left to its end
     */
    public record Status(
            CheckpointSchedule schedule,
            boolean running,
            Optional<CheckpointReport> lastSuccess,
            Optional<Failure> lastFailure,
            int failuresInARow,
            Optional<Instant> retry,
            long bytesSince,
            OptionalLong bytesBetween,
            long logBytes) {}

    /** For a log; they begin with {@link #start()}. */
    public AutomaticCheckpoints(WalManager wal, CheckpointSchedule schedule) {
        this(wal, schedule, System::nanoTime);
    }

    AutomaticCheckpoints(WalManager wal, CheckpointSchedule schedule, LongSupplier nanoTime) {
        this.wal = Objects.requireNonNull(wal, "wal");
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.source = wal.checkpointSource();
        this.checkpoints = new ScheduledCheckpoints(source, schedule, nanoTime);
    }

    /**
     * Begins to take checkpoints, at once if one is due. Does nothing if they are being taken, or the schedule has none while they run.
     *
     * @return this
     * @throws IllegalStateException if no state machine is attached to the log
     */
    public AutomaticCheckpoints start() {
        lock.lock();
        try {
            if (wal.stateMachine() == null) {
                throw new IllegalStateException(
                        "Checkpoints of the log in " + source.directory()
                                + " cannot be taken by themselves: no state machine is attached, so that nothing would hold the data. Attach it first.");
            }
            if (!isRunning() && schedule.runs()) {
                runner = new Runner();
            }
            return this;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no more; waits for one that is running, and takes a last one if the schedule says so. What goes wrong with that is logged. They can be started again.
     */
    public void stop() {
        lock.lock();
        try {
            Runner running = runner;
            if (running != null) {
                running.end();
                runner = null;
            }
            if (schedule.atStop() && wal.stateMachine() != null && source.isOpen()) {
                checkpoints.take();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Those of this object alone; see {@link WalManager#checkpoints()} for the last of each partition. */
    public Status status() {
        return checkpoints.status(isRunning());
    }

    private boolean isRunning() {
        Runner current = runner;
        return current != null && current.thread.isAlive();
    }

    /** The thread that takes them. */
    Thread thread() {
        Runner running = runner;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running.thread;
    }

    /** The thread, from a start to a stop. */
    private final class Runner {
        private final Thread thread =
                new Thread(this::run, "wal-checkpoints-" + source.directory().getFileName());
        private volatile boolean ended;

        private Runner() {
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                takeThem();
            } catch (Throwable e) {
                checkpoints.broken(e);
            }
        }

        private void takeThem() {
            checkpoints.begin();
            long wait = checkpoints.work();
            while (!ended && wait != ScheduledCheckpoints.ENDED) {
                source.awaitGrowth(checkpoints.wakeAt(), wait);
                // Nobody means this thread; a flag that stays would end every wait at once.
                Thread.interrupted();
                wait = ended ? ScheduledCheckpoints.ENDED : checkpoints.work();
            }
        }

        private void end() {
            ended = true;
            LockSupport.unpark(thread);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join(TimeUnit.DAYS.toMillis(1));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
