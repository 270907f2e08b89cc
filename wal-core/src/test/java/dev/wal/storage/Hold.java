package dev.wal.storage;

import dev.wal.storage.MemoryStorage.Call;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Calls of a {@link MemoryStorage} that wait until they are released. */
public final class Hold implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final Predicate<Call> which;
    private final Semaphore arrived = new Semaphore(0);
    private final CountDownLatch released = new CountDownLatch(1);

    Hold(Predicate<Call> which) {
        this.which = which;
    }

    /** Returns once so many more calls have arrived. */
    public void awaitArrivals(int calls) {
        try {
            if (!arrived.tryAcquire(calls, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the calls to be held did not come");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets all calls pass from now on. */
    public void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
    }

    void passIfReleased(Call call) {
        if (released.getCount() == 0 || !which.test(call)) {
            return;
        }
        arrived.release();
        boolean interrupted = false;
        while (true) {
            try {
                released.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
