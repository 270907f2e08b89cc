package dev.wal.log;

import org.jspecify.annotations.Nullable;

/**
 * What a log does beside its callers. In production by {@linkplain OwnThreads threads of its own}; a test that wants the same run to happen
 * again does it when it chooses. Safe for use by several threads.
 */
public interface LogThreads {

    /** Has a segment made. Returns at once, or when it is done: a caller may wait for the segment with no lock that the task needs. */
    void prepareSegment(Runnable task);

    /** Has full segments forced, after everything that was handed over before, or never if the log is closed first. Nobody waits for it. */
    void forceFullSegments(Runnable task);

    /**
     * Begins to run the flusher.
     *
     * @param loop ends when the flusher is stopped
     * @param step one round of the loop, for those who do not run the loop
     * @return the thread that runs the loop, if one does
     */
    @Nullable
    Thread startFlusher(Runnable loop, Runnable step);

    /** Whether the caller of the log is a virtual thread, or is to be treated like one: while it forces, it holds a thread that others need. */
    boolean isCallerVirtual();

    /** Has a task done beside the caller, if there is a thread for it. Returns at once. The caller does without: a task may never be begun. */
    void help(Runnable task);

    /** How many tasks may be helped with at once. */
    int helpers();

    /** Accepts no more tasks, and returns when the last one has ended; what was only to help may be forgotten. */
    void close();
}
