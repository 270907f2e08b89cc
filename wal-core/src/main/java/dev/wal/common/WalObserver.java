package dev.wal.common;

/**
 * Sees what a log does. Called by the threads that do it, some of them while others wait for the outcome: an observer must be fast, must not
 * block, must not call the log and must be safe for use by several threads. What it throws is logged and ignored.
 * What different threads do may be told in any order: a force before the append that it covers.
 */
public interface WalObserver {
    /** Observes nothing. */
    WalObserver NONE = new WalObserver() {};

    /**
     * Opening the log has succeeded: all in it is verified and on the disk.
     *
     * @param nanos how long it took
     * @param transactions committed transactions found
     */
    default void recovered(long nanos, long transactions) {}

    /**
     * A batch got its place in the log.
     *
     * @param records records in it, 1 or more
     * @param bytes that it takes in the log
     */
    default void appended(int records, long bytes) {}

    /**
     * A force succeeded.
     *
     * @param nanos how long the device took
     * @param commits commits that waited for it
     */
    default void forced(long nanos, int commits, ForceReason reason) {}

    /** The log went on in a new segment. */
    default void rolled(int segmentNumber) {}

    /**
     * A checkpoint succeeded.
     *
     * @param nanos how long it took
     * @param segmentsDropped segments that became obsolete
     */
    default void checkpointed(long nanos, int segmentsDropped) {}

    /** The log ended for good because of this. */
    default void failed(Throwable cause) {}
}
