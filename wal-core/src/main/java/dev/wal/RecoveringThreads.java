package dev.wal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Threads that are in the code of a state that is being recovered. What they must not do would have them wait for the thread that attaches the state, which waits for them. Safe for use by several threads.
 */
final class RecoveringThreads {
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();

    /** Marks this thread until it calls {@link #leave}; false if it is marked already, and must not leave then. */
    boolean enter() {
        return inside.add(Thread.currentThread());
    }

    void leave() {
        inside.remove(Thread.currentThread());
    }

    boolean isInside() {
        return inside.contains(Thread.currentThread());
    }
}
