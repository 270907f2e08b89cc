package dev.wal.interleaving;

import java.util.concurrent.TimeUnit;

/** Stands for {@link java.util.concurrent.CountDownLatch}. */
public final class ModelLatch {
    private long count;

    public ModelLatch(int count) {
        this.count = count;
    }

    public void await() {
        Scheduler.current().await("a latch", () -> count == 0);
    }

    public boolean await(long timeout, TimeUnit unit) {
        Scheduler.current().await("a latch", () -> count == 0, unit.toNanos(timeout));
        return count == 0;
    }

    public long getCount() {
        Scheduler.step();
        return count;
    }

    public void countDown() {
        Scheduler.step();
        count--;
    }
}
