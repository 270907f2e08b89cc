package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do one thing over and over until this is closed, and time it. For one thread. */
final class Looping implements Closeable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> started = new ArrayList<>();
    private volatile boolean ended;

    TimedCalls start(Contender.Committer action) {
        TimedCalls calls = new TimedCalls();
        started.add(threads.submit(() -> {
            while (!ended) {
                long start = System.nanoTime();
                action.commit();
                calls.ended(start, System.nanoTime());
            }
            return null;
        }));
        return calls;
    }

    /** Returns once all have ended; throws what one of them threw. */
    @Override
    public void close() throws IOException {
        ended = true;
        threads.shutdown();
        for (Future<?> thread : started) {
            try {
                thread.get();
            } catch (ExecutionException e) {
                throw new IOException("A measured thread failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while measuring", e);
            }
        }
    }
}
