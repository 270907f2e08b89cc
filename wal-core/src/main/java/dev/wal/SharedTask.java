package dev.wal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A task that a helper may do, and whoever needs its result does himself if no helper has begun. Done once. */
final class SharedTask<T> implements Runnable {
    private final Supplier<T> work;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T result;
    private @Nullable Throwable failure;

    SharedTask(Supplier<T> work) {
        this.work = work;
    }

    /** Does the task, unless somebody has begun it. */
    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            try {
                result = work.get();
            } catch (Throwable e) {
                // Also a checked exception, which code in other languages or with generics may throw undeclared.
                failure = e;
            } finally {
                done.countDown();
            }
        }
    }

    /** Returns the result, or throws what the task threw; does the task or waits for it, as {@link #awaitDone}. */
    T join() {
        run();
        awaitDone();
        if (failure != null) {
            throw asItIs(failure);
        }
        T made = result;
        if (made == null) {
            throw new AssertionError("a task has a result, or has failed");
        }
        return made;
    }

    /** Throws a failure as it is, be it one that the compiler would have had declared. Never returns. */
    static RuntimeException asItIs(Throwable failure) {
        SharedTask.<RuntimeException>throwUndeclared(failure);
        throw new AssertionError("it was thrown");
    }

    @SuppressWarnings("unchecked") // nothing is cast at run time: the type is there for the compiler
    private static <E extends Throwable> void throwUndeclared(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Makes sure that nobody does the task, and waits for who does already. */
    void giveUp() {
        if (!begun.compareAndSet(false, true)) {
            awaitDone();
        }
    }

    /** Whether there is a result, or a failure. */
    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Waits for somebody who has begun the task. Interrupts do not end the wait; the flag is kept. */
    void awaitDone() {
        boolean interrupted = false;
        while (done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
