package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a log that forces when no committer does: for asynchronous commits and virtual threads, at every half of a periodic
 * interval, and after 100 ms without an append, when it covers the last batch with a mark. When the log fails, it tells everybody who waits:
 * whoever meets a failure may hold locks that must not be held for that. Sleeps while there is nothing to do.
 */
final class Flusher {
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ENDED = -1;

    private final Tail tail;
    private final GroupForce groupForce;
    private final LogFailure failure;
    private final Durability durability;
    private final LongSupplier nanoTime;
    private final long forceEveryNanos;
    private final Consumer<ForceReason> force;
    private final Runnable onFailure;

    private volatile boolean sleeping;

    /**
     * Whether somebody has asked for a look since the last one began. That the thread was unparked does not say so for long: it may wait for other things
     * while it works, and wake there.
     */
    private volatile boolean asked;

    private volatile boolean stopped;
    private @Nullable Thread thread;

    // Of the thread alone.
    private long seenAppended;
    private long seenAtNanos;
    private long marked;

    Flusher(
            Tail tail,
            GroupForce groupForce,
            LogFailure failure,
            Durability durability,
            LongSupplier nanoTime,
            Consumer<ForceReason> force,
            Runnable onFailure) {
        this.tail = tail;
        this.groupForce = groupForce;
        this.failure = failure;
        this.durability = durability;
        this.nanoTime = nanoTime;
        this.force = force;
        this.onFailure = onFailure;
        this.forceEveryNanos = durability instanceof Durability.Periodic periodic
                ? periodic.interval().toNanos() / 2
                : Long.MAX_VALUE;
    }

    void start(LogThreads threads) {
        marked = tail.appended();
        seenAppended = marked;
        thread = threads.startFlusher(this::run, this::work);
    }

    /** Called after each append. */
    void appended() {
        if (sleeping) {
            wake();
        }
    }

    /** Has the thread look at once, and end a wait of its own if it is in one. */
    void wake() {
        asked = true;
        LockSupport.unpark(thread);
    }

    void stop() {
        stopped = true;
        wake();
        Thread running = thread;
        boolean interrupted = false;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long wait = work();
        while (wait != ENDED) {
            if (wait == Long.MAX_VALUE) {
                sleep();
            } else {
                // An append does not wake this thread from here, so a periodic log looks again in time.
                pause(Math.min(wait, forceEveryNanos));
            }
            wait = work();
        }
    }

    private void pause(long nanos) {
        if (!asked) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Does what there is to do; returns how long to wait before the next time, or {@link #ENDED}. */
    private long work() {
        long wait = ENDED;
        // First: who asks from here on is seen by the next look.
        asked = false;
        try {
            if (!stopped && !failure.isSet()) {
                groupForce.leadForOthers(durability);
                long now = nanoTime.getAsLong();
                wait = Math.min(forcePeriodically(), markWhenIdle(now));
            }
        } catch (WalException e) {
            // The log has failed, and everybody who waits has been told the cause.
            failure.set(e);
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            if (failure.isSet()) {
                wait = ENDED;
                onFailure.run();
            }
        }
        return wait;
    }

    /** Forces if the interval demands it; returns how long there is to wait. */
    private long forcePeriodically() {
        if (forceEveryNanos == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long age = tail.oldestUnforcedAgeNanos();
        if (age >= forceEveryNanos) {
            force.accept(ForceReason.INTERVAL);
            age = tail.oldestUnforcedAgeNanos();
        }
        return age == 0 && tail.durable() == tail.appended() ? Long.MAX_VALUE : Math.max(1, forceEveryNanos - age);
    }

    /** Covers the last batch by a mark once nothing has been appended for a while; returns how long there is to wait. */
    private long markWhenIdle(long now) {
        long appended = tail.appended();
        if (appended != seenAppended) {
            seenAppended = appended;
            seenAtNanos = now;
            return IDLE_NANOS;
        }
        if (marked == appended) {
            return Long.MAX_VALUE;
        }
        long idle = now - seenAtNanos;
        if (idle < IDLE_NANOS) {
            return IDLE_NANOS - idle;
        }
        force.accept(ForceReason.IDLE);
        if (tail.appended() == appended) {
            marked = tail.appendMark();
            force.accept(ForceReason.IDLE);
            seenAppended = marked;
        }
        return marked == tail.appended() ? Long.MAX_VALUE : IDLE_NANOS;
    }

    private void sleep() {
        sleeping = true;
        try {
            if (tail.appended() == seenAppended && !asked && !stopped) {
                LockSupport.park(this);
            }
        } finally {
            sleeping = false;
        }
    }
}
