package dev.wal.log;

import java.util.concurrent.ExecutorService;

/** Daemon threads of one log: one for its segments, which starts with the first task, and the flusher. */
public final class OwnThreads implements LogThreads {
    private final String log;
    private final ExecutorService segments;

    /** @param log name of the log, to tell its threads from others */
    public OwnThreads(String log) {
        this.log = log;
        this.segments = Daemons.executor("wal-segments-" + log);
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
    public void close() {
        Daemons.finish(segments);
    }
}
