package dev.wal;

import dev.wal.log.LogThreads;
import dev.wal.log.OwnThreads;
import java.util.function.Consumer;

/** The threads of a log, but that a test decides who helps, with one task at a time. */
final class HelpBy implements LogThreads {
    private final LogThreads others;
    private final Consumer<Runnable> help;

    HelpBy(String log, Consumer<Runnable> help) {
        this.others = new OwnThreads(log);
        this.help = help;
    }

    @Override
    public void help(Runnable task) {
        help.accept(task);
    }

    @Override
    public int helpers() {
        return 1;
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
    public boolean isCallerVirtual() {
        return others.isCallerVirtual();
    }

    @Override
    public void close() {
        others.close();
    }
}
