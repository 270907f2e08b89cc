package dev.wal.interleaving;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Stands for {@link java.util.concurrent.locks.ReentrantLock}. */
public final class ModelLock implements Lock {
    private Thread owner;
    private int holds;

    @Override
    public void lock() {
        if (!isHeldByCurrentThread()) {
            boolean[] waited = new boolean[1];
            Scheduler.current().await("a lock", () -> {
                waited[0] |= owner != null;
                return owner == null;
            });
            owner = Thread.currentThread();
            if (waited[0]) {
                ModelThread.Parking.forget();
            }
        }
        holds++;
    }

    @Override
    public boolean tryLock() {
        Scheduler.step();
        if (owner != null && !isHeldByCurrentThread()) {
            return false;
        }
        owner = Thread.currentThread();
        holds++;
        return true;
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lockInterruptibly() {
        lock();
    }

    @Override
    public void unlock() {
        if (!isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException();
        }
        if (--holds == 0) {
            owner = null;
            Scheduler.step();
        }
    }

    public boolean isHeldByCurrentThread() {
        return owner == Thread.currentThread();
    }

    public boolean isLocked() {
        Scheduler.step();
        return owner != null;
    }

    @Override
    public Condition newCondition() {
        return new ModelCondition();
    }

    private final class ModelCondition implements Condition {
        private long signals;

        @Override
        public void awaitUninterruptibly() {
            int held = holds;
            long seen = signals;
            holds = 0;
            owner = null;
            Scheduler.current().await("a signal", () -> signals != seen);
            Scheduler.current().await("a lock", () -> owner == null);
            owner = Thread.currentThread();
            holds = held;
        }

        @Override
        public void await() {
            awaitUninterruptibly();
        }

        @Override
        public long awaitNanos(long nanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void signal() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void signalAll() {
            signals++;
        }
    }
}
