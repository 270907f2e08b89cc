package dev.wal.cli;

import dev.wal.WalManager;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Commits, and takes a checkpoint now and then, in a thread of its own until it is closed. */
final class WriteLoad implements AutoCloseable {
    private static final int COMMITS_BETWEEN_CHECKPOINTS = 250;

    private final WalManager wal;
    private final Semaphore commits = new Semaphore(0);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Void> loop;
    private volatile boolean stopped;
    private volatile int checkpoints;

    WriteLoad(WalManager wal) {
        this.wal = wal;
        this.loop = CompletableFuture.runAsync(this::run, thread);
    }

    private void run() {
        try {
            commitUntilStopped();
        } finally {
            // Who waits learns of a failure by it.
            commits.release(1_000_000);
        }
    }

    private void commitUntilStopped() {
        for (long row = 0; !stopped; row++) {
            TestLogs.commitRow(wal, row);
            if (row % COMMITS_BETWEEN_CHECKPOINTS == COMMITS_BETWEEN_CHECKPOINTS - 1) {
                wal.checkpointAll();
                checkpoints = checkpoints + 1;
            }
            commits.release();
        }
    }

    /** Waits until so many more commits were made. */
    void awaitCommits(int number) {
        for (int i = 0; i < number && !loop.isDone(); i++) {
            commits.acquireUninterruptibly();
        }
        if (loop.isDone()) {
            loop.join();
        }
    }

    int checkpoints() {
        return checkpoints;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            loop.join();
        } finally {
            thread.shutdown();
        }
    }
}
