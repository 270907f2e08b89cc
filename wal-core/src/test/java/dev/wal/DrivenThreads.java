package dev.wal;

import dev.wal.log.LogThreads;
import java.util.ArrayDeque;
import java.util.Queue;

/** No threads at all: segments are made at once, and everything else happens when it is asked for, so that the same run happens again. */
final class DrivenThreads implements LogThreads {
    private final Queue<Runnable> forces = new ArrayDeque<>();
    private Runnable flusher = () -> {};

    @Override
    public void prepareSegment(Runnable task) {
        task.run();
    }

    @Override
    public void help(Runnable task) {
        // Nobody helps: what happens is always the same.
    }

    @Override
    public int helpers() {
        return 1;
    }

    @Override
    public void forceFullSegments(Runnable task) {
        forces.add(task);
    }

    @Override
    public Thread startFlusher(Runnable loop, Runnable step) {
        flusher = step;
        return null;
    }

    @Override
    public boolean isCallerVirtual() {
        return false;
    }

    @Override
    public void close() {
        forces.clear();
    }

    void flush() {
        flusher.run();
    }

    void forceFullSegments() {
        while (!forces.isEmpty()) {
            forces.remove().run();
        }
    }
}
