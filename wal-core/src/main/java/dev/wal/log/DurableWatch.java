package dev.wal.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Lets threads wait until more of a log is durable. Costs those who make it so one volatile read while nobody waits. Safe for use by several threads.
 *
 * <p>No wake-up is lost: who waits has first joined {@link #waiting} and then looked at the log, who signals has first changed the log and then looked at {@link #waiting}.
 */
final class DurableWatch {
    private final LongSupplier durable;
    private final LogFailure failure;
    private final LongSupplier nanoTime;
    private final List<Thread> waiting = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** @param durable position below which all is forced */
    DurableWatch(LongSupplier durable, LogFailure failure, LongSupplier nanoTime) {
        this.durable = durable;
        this.failure = failure;
        this.nanoTime = nanoTime;
    }

    /** Called after more became durable, or the log failed. */
    void signal() {
        if (!waiting.isEmpty()) {
            waiting.forEach(LockSupport::unpark);
        }
    }

    /** Nobody waits any more. */
    void close() {
        closed = true;
        signal();
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Waits until more than up to a position is durable, or the log is closed or failed.
     *
     * @return false if the time is over, or the thread was interrupted, which it then still is
     */
    boolean await(long position, long nanos) {
        return await(position, nanos, () -> false);
    }

    /**
     * As {@link #await(long, long)}, until it is woken.
     *
     * @param woken who makes it true signals afterwards
     * @return also false if it was woken
     */
    boolean await(long position, long nanos, BooleanSupplier woken) {
        if (isOver(position)) {
            return true;
        }
        if (nanos <= 0) {
            return false;
        }
        long start = nanoTime.getAsLong();
        Thread current = Thread.currentThread();
        waiting.add(current);
        try {
            while (!isOver(position)) {
                long left = nanos - (nanoTime.getAsLong() - start);
                if (left <= 0 || current.isInterrupted() || woken.getAsBoolean()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            waiting.remove(current);
        }
    }

    private boolean isOver(long position) {
        return durable.getAsLong() > position || closed || failure.isSet();
    }
}
