package dev.wal;

import dev.wal.log.LogThreads;
import dev.wal.log.OwnThreads;

/** The threads of a log to which all of its callers are virtual threads, but for its own. */
final class VirtualCallers implements LogThreads {
    private final LogThreads others;

    VirtualCallers(String log) {
        this.others = new OwnThreads(log);
    }

    @Override
    public boolean isCallerVirtual() {
        return !Thread.currentThread().getName().startsWith("wal-");
    }

    @Override
    public void prepareSegment(Runnable task) {
        others.prepareSegment(task);
    }

    @Override
    public void forceFullSegments(Runnable task) {
        others.forceFullSegments(task);
    }

    @Override
    public Thread startFlusher(Runnable loop, Runnable step) {
        return others.startFlusher(loop, step);
    }

    @Override
    public void help(Runnable task) {
        others.help(task);
    }

    @Override
    public int helpers() {
        return others.helpers();
    }

    @Override
    public void close() {
        others.close();
    }
}
