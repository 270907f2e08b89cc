package dev.wal;

import dev.wal.common.CheckpointRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides when a checkpoint is due, takes it, and remembers what came of it. For one thread, but for {@link #status}. */
final class ScheduledCheckpoints {
    /** What {@link #work} returns when the log was closed or has failed. */
    static final long ENDED = -1;

    /** A position that the log does not come to. */
    static final long NOWHERE = Long.MAX_VALUE;

    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofMinutes(1);

    /** A refused one is only taken when somebody has declared a state, which needs a restart, or has come between. */
    static final Duration RETRY_OF_REFUSED = Duration.ofMinutes(5);

    private static final Logger logger = LoggerFactory.getLogger(ScheduledCheckpoints.class);

    private final CheckpointSource source;
    private final CheckpointSchedule schedule;
    private final LongSupplier nanoTime;
    private final HeldBackLog heldBack;

    /** 0 for none. */
    private final long maxLogSize;

    private volatile History history = new History(Optional.empty(), Optional.empty(), 0, null);

    private long intervalBegan;
    private long retryAt;
    private long wakeAt = NOWHERE;

    /** What became of those that were tried. */
    private record History(
            Optional<CheckpointReport> lastSuccess,
            Optional<AutomaticCheckpoints.Failure> lastFailure,
            int failuresInARow,
            @Nullable Instant retry) {}

    ScheduledCheckpoints(CheckpointSource source, CheckpointSchedule schedule, LongSupplier nanoTime) {
        this.source = source;
        this.schedule = schedule;
        this.nanoTime = nanoTime;
        this.maxLogSize = schedule.maxLogSize() == 0 ? 0 : Math.min(schedule.maxLogSize(), source.maxDisk() / 2);
        this.heldBack = new HeldBackLog(source, maxLogSize);
        this.intervalBegan = nanoTime.getAsLong();
    }

    /** An interval begins. */
    void begin() {
        intervalBegan = nanoTime.getAsLong();
    }

    /** Takes a checkpoint if one is due. Returns how long there is nothing more to do unless the log grows to {@link #wakeAt()}, or {@link #ENDED}. */
    long work() {
        if (!source.isOpen()) {
            return ENDED;
        }
        if (history.failuresInARow() == 0 || nanoTime.getAsLong() - retryAt >= 0) {
            if (isDue(source.need())) {
                take();
            } else {
                madeUpFor();
            }
        }
        return untilNext();
    }

    /** Bytes since the last checkpoint at which one is due: the log is kept back to the one before the last. */
    private long bytesBetween() {
        return maxLogSize == 0 ? Long.MAX_VALUE : maxLogSize / 2;
    }

    private boolean isDue(CheckpointNeed need) {
        if (need.bytesSince() >= bytesBetween()) {
            return true;
        }
        Duration interval = schedule.interval();
        if (interval == null || nanoTime.getAsLong() - intervalBegan < interval.toNanos()) {
            return false;
        }
        if (need.changed().isEmpty()) {
            begin();
            return false;
        }
        return true;
    }

    /** Takes a checkpoint of what was committed since the last, if anything was; whether that succeeded. Throws nothing. */
    boolean take() {
        try {
            source.checkpointChanged().ifPresentOrElse(this::succeeded, this::madeUpFor);
            return true;
        } catch (CheckpointRefusedException e) {
            failed(e, RETRY_OF_REFUSED);
        } catch (RuntimeException | Error e) {
            // What ended the log is told by others.
            if (source.isOpen()) {
                failed(e, retryAfter(history.failuresInARow()));
            }
        }
        return false;
    }

    private void succeeded(CheckpointReport report) {
        if (history.failuresInARow() > 0) {
            logger.info(
                    "A checkpoint of the log in {} was taken, after {} that failed",
                    source.directory(),
                    history.failuresInARow());
        }
        logger.debug("Checkpoint of the log in {}: {}", source.directory(), report);
        history = new History(Optional.of(report), history.lastFailure(), 0, null);
        begin();
        heldBack.look();
    }

    /** There is nothing to try again: somebody else has taken the checkpoint that failed. */
    private void madeUpFor() {
        History before = history;
        if (before.failuresInARow() > 0) {
            logger.info(
                    "The checkpoint of the log in {} that failed {} times was taken by hand",
                    source.directory(),
                    before.failuresInARow());
            history = new History(before.lastSuccess(), before.lastFailure(), 0, null);
        }
    }

    private void failed(Throwable cause, Duration retry) {
        History before = history;
        AutomaticCheckpoints.Failure failure = failure(cause);
        boolean known = before.failuresInARow() > 0
                && before.lastFailure()
                        .map(last -> last.message().equals(failure.message()))
                        .orElse(false);
        if (!known) {
            logFailure(cause, failure, retry);
        }
        retryAt = nanoTime.getAsLong() + retry.toNanos();
        history = new History(
                before.lastSuccess(),
                Optional.of(failure),
                before.failuresInARow() + 1,
                failure.time().plus(retry));
    }

    /** No more are taken, because of what is no failure of a checkpoint. */
    void broken(Throwable cause) {
        History before = history;
        logger.error(
                "The thread that takes checkpoints of the log in {} has ended. The log goes on, and grows: start them again",
                source.directory(),
                cause);
        AutomaticCheckpoints.Failure failure = failure(cause);
        history = new History(before.lastSuccess(), Optional.of(failure), before.failuresInARow() + 1, null);
    }

    private AutomaticCheckpoints.Failure failure(Throwable cause) {
        return new AutomaticCheckpoints.Failure(
                source.clock().instant(), cause.getClass().getName(), String.valueOf(cause.getMessage()));
    }

    private void logFailure(Throwable cause, AutomaticCheckpoints.Failure failure, Duration retry) {
        if (cause instanceof CheckpointRefusedException) {
            logger.warn(
                    "The log in {} grows, because its checkpoint was refused. It is tried again every {} s, which is not logged. {}",
                    source.directory(),
                    retry.toSeconds(),
                    failure.message());
        } else {
            logger.warn(
                    "The checkpoint of the log in {} failed. It is tried again in {} s, and then in up to {} s, which is not logged",
                    source.directory(),
                    retry.toSeconds(),
                    LAST_RETRY.toSeconds(),
                    cause);
        }
    }

    private static Duration retryAfter(int failures) {
        Duration retry = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
        return retry.compareTo(LAST_RETRY) < 0 ? retry : LAST_RETRY;
    }

    private long untilNext() {
        wakeAt = NOWHERE;
        if (!source.isOpen()) {
            return ENDED;
        }
        long now = nanoTime.getAsLong();
        if (history.failuresInARow() > 0) {
            return Math.max(0, retryAt - now);
        }
        if (maxLogSize > 0) {
            CheckpointNeed need = source.need();
            wakeAt = need.appended() + Math.max(0, bytesBetween() - need.bytesSince());
        }
        Duration interval = schedule.interval();
        return interval == null ? Long.MAX_VALUE : Math.max(0, intervalBegan + interval.toNanos() - now);
    }

    /** Position at which the log is large enough for a checkpoint, {@link #NOWHERE} if that does not matter now. */
    long wakeAt() {
        return wakeAt;
    }

    /** By any thread. */
    AutomaticCheckpoints.Status status(boolean running) {
        History now = history;
        CheckpointNeed need = source.need();
        return new AutomaticCheckpoints.Status(
                schedule,
                running && source.isOpen(),
                now.lastSuccess(),
                now.lastFailure(),
                now.failuresInARow(),
                Optional.ofNullable(now.retry()),
                need.bytesSince(),
                maxLogSize == 0 ? OptionalLong.empty() : OptionalLong.of(bytesBetween()),
                source.logBytes());
    }
}
