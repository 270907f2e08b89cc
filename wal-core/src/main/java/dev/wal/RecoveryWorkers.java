package dev.wal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Threads that help to recover a state, besides the one that recovers it: one for each other processor. They start with the first task, and end with the recovery. For one thread. */
final class RecoveryWorkers implements AutoCloseable {
    private static final int MOST = 7;

    private final int count = Math.max(1, Math.min(MOST, Runtime.getRuntime().availableProcessors() - 1));
    private @Nullable ExecutorService threads;

    int count() {
        return count;
    }

    void execute(Runnable task) {
        ExecutorService started = threads;
        if (started == null) {
            AtomicInteger number = new AtomicInteger();
            started = Executors.newFixedThreadPool(count, work -> {
                Thread thread = new Thread(work, "wal-recovery-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            threads = started;
        }
        started.execute(task);
    }

    @Override
    public void close() {
        ExecutorService started = threads;
        if (started != null) {
            started.shutdownNow();
        }
    }
}
