package dev.wal.log;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread wait until a log has grown. Costs those who append one volatile read.
 *
 * <p>No wake-up is lost: who waits has first set {@link #wakeAt} and then looked at the log, who appends has first changed the log and then looked at {@link #wakeAt}.
 */
public final class GrowthWatch {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier appended;
    private volatile @Nullable Thread waiting;
    private volatile long wakeAt = NEVER;
    private volatile boolean ended;

    /** @param appended position behind the last batch */
    GrowthWatch(LongSupplier appended) {
        this.appended = appended;
    }

    /** Called after each append. */
    void appended(long end) {
        if (end >= wakeAt) {
            wakeAt = NEVER;
            LockSupport.unpark(waiting);
        }
    }

    /** Called when the log was closed or has failed: nobody waits any more. */
    void end() {
        ended = true;
        LockSupport.unpark(waiting);
    }

    /**
     * Waits until the log ends at a position or behind it, has ended, or the time is over; an unpark or an interrupt ends the wait too. For one thread at a time.
     *
     * @param position {@link Long#MAX_VALUE} for none
     */
    public void await(long position, long nanos) {
        waiting = Thread.currentThread();
        wakeAt = position;
        if (appended.getAsLong() < position && !ended) {
            LockSupport.parkNanos(this, nanos);
        }
        wakeAt = NEVER;
        waiting = null;
    }
}
