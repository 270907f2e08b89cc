package dev.wal.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;

/** Time that goes on by waiting alone: waits take no time, or never end by themselves. */
final class TestTiming implements Timing {
    private static final long PATIENCE_SECONDS = 20;

    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstWait = new CountDownLatch(1);
    private volatile boolean endless;

    /** Waits end only by a signal from now on. */
    TestTiming endless() {
        endless = true;
        return this;
    }

    /** Waits take no time from now on. */
    void timeFlies() {
        endless = false;
    }

    /** Time goes on. */
    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** How long was to be waited, each time. */
    List<Duration> waits() {
        return waits;
    }

    void awaitFirstWait() {
        Await.latch(firstWait);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller has the loop.
    public void await(Condition condition, long wait) throws InterruptedException {
        waits.add(Duration.ofNanos(wait));
        firstWait.countDown();
        if (!endless) {
            nanos.addAndGet(wait);
        } else if (!condition.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("a wait was not ended");
        }
    }
}
