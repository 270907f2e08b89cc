package dev.wal.listener;

import java.util.concurrent.locks.Condition;

/** The time that listeners go by. Safe for use by several threads. */
interface Timing {
    Timing SYSTEM = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // The caller has the loop.
        public void await(Condition condition, long nanos) throws InterruptedException {
            long left = condition.awaitNanos(nanos);
            assert left <= nanos;
        }
    };

    long nanoTime();

    /** Waits until the condition is signalled or the time is over, or for no reason. */
    void await(Condition condition, long nanos) throws InterruptedException;
}
