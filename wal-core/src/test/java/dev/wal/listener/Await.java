package dev.wal.listener;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits. */
final class Await {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Await() {}

    static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("what was awaited did not come");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** For what nobody signals. */
    static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("what was awaited did not come");
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
