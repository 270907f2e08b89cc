package dev.wal;

import dev.wal.log.LogThreads;
import dev.wal.log.OwnThreads;

/** The threads of a log, but for what a test does otherwise. */
abstract class OwnThreadsBut implements LogThreads {
    private final LogThreads own;

    OwnThreadsBut(String log) {
        this.own = new OwnThreads(log);
    }

    @Override
    public void prepareSegment(Runnable task) {
        own.prepareSegment(task);
    }

    @Override
    public void forceFullSegments(Runnable task) {
        own.forceFullSegments(task);
    }

    @Override
    public Thread startFlusher(Runnable loop, Runnable step) {
        return own.startFlusher(loop, step);
    }

    @Override
    public boolean isCallerVirtual() {
        return own.isCallerVirtual();
    }

    @Override
    public void help(Runnable task) {
        own.help(task);
    }

    @Override
    public int helpers() {
        return own.helpers();
    }

    @Override
    public void close() {
        own.close();
    }
}
