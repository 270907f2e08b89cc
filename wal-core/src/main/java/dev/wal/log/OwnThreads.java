package dev.wal.log;

import java.util.concurrent.ExecutorService;

/** Daemon threads of one log: one for its segments, which starts with the first task, the flusher, and helpers, which end when they have nothing to do. */
public final class OwnThreads implements LogThreads {
    private static final int MOST_HELPERS = 7;

    private final String log;
    private final ExecutorService segments;

    /** One for each processor but the caller's. */
    private final int helpers =
            Math.max(1, Math.min(MOST_HELPERS, Runtime.getRuntime().availableProcessors() - 1));

    private final ExecutorService helping;

    /** @param log name of the log, to tell its threads from others */
    public OwnThreads(String log) {
        this.log = log;
        this.segments = Daemons.executor("wal-segments-" + log);
        this.helping = Daemons.passing("wal-helper-" + log, helpers);
    }

    @Override
    public void prepareSegment(Runnable task) {
        segments.execute(task);
    }

    @Override
    public void forceFullSegments(Runnable task) {
        segments.execute(task);
    }

    @Override
    public Thread startFlusher(Runnable loop, Runnable step) {
        Thread thread = Daemons.thread(loop, "wal-flusher-" + log);
        thread.start();
        return thread;
    }

    @Override
    public boolean isCallerVirtual() {
        return VirtualThreads.isCurrent();
    }

    @Override
    public void help(Runnable task) {
        helping.execute(task);
    }

    @Override
    public int helpers() {
        return helpers;
    }

    @Override
    public void close() {
        helping.shutdownNow();
        Daemons.finish(segments);
    }
}
