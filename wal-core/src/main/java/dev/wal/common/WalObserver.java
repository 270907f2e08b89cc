package dev.wal.common;

/**
 * Sees what a log does. Called by the threads that do it, some of them while others wait for the outcome: an observer must be fast, must not
 * block, must not call the log and must be safe for use by several threads. What it throws is logged and ignored.
 */
public interface WalObserver {
    /** Observes nothing. */
    WalObserver NONE = new WalObserver() {};

    /**
     * A force of the tail of the log succeeded.
     *
     * @param nanos how long the device took
     * @param commits commits that waited for it
     */
    default void forced(long nanos, int commits) {}

    /** The log went on in a new segment. */
    default void rolled(int segmentNumber) {}

    /** The log ended for good because of this. */
    default void failed(Throwable cause) {}
}
