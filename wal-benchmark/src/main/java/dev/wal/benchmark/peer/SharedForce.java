package dev.wal.benchmark.peer;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What comes to mind first for sharing a force: a lock around it, and who gets the lock late finds itself covered. Safe for use by several threads. */
final class SharedForce {
    private final Force force;
    private final AtomicLong written = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private long forced;
    private long forces;

    /** Forces what was written before it is called. */
    interface Force {
        void run() throws IOException;
    }

    SharedForce(Force force) {
        this.force = force;
    }

    /** Returns once a force covers what the caller wrote before. */
    void await() throws IOException {
        long own = written.incrementAndGet();
        lock.lock();
        try {
            if (forced < own) {
                long covered = written.get();
                force.run();
                forced = covered;
                forces++;
            }
        } finally {
            lock.unlock();
        }
    }

    long forces() {
        lock.lock();
        try {
            return forces;
        } finally {
            lock.unlock();
        }
    }
}
