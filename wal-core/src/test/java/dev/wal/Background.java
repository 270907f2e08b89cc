package dev.wal;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A call in a thread of its own, of which tests can see whether it waits. */
final class Background<T> {
    private static final long PATIENCE_SECONDS = 10;

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Background(Callable<T> call) {
        thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> call(Callable<T> call) {
        return new Background<>(call);
    }

    static Background<Void> run(Runnable action) {
        return new Background<>(() -> {
            action.run();
            return null;
        });
    }

    Thread thread() {
        return thread;
    }

    boolean isDone() {
        return result.isDone();
    }

    /** Returns once the call is parked, or has ended. */
    void awaitParkedOrDone() {
        long start = System.nanoTime();
        while (!result.isDone()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new AssertionError("neither parked nor done: " + thread.getState());
            }
            Thread.onSpinWait();
        }
    }

    /** Returns once a condition holds and the call is parked, or has ended. */
    void awaitParkedFor(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!result.isDone() && !condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new AssertionError("the call does not come so far: " + thread.getState());
            }
            Thread.onSpinWait();
        }
        awaitParkedOrDone();
    }

    /** The result; fails instead of waiting for ever. Throws what the call threw. */
    T result() {
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            AssertionError hangs = new AssertionError("the call hangs");
            hangs.setStackTrace(thread.getStackTrace());
            throw hangs;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the call threw. */
    Throwable failure() {
        try {
            result();
        } catch (RuntimeException | Error e) {
            return e;
        }
        throw new AssertionError("the call succeeded");
    }
}
