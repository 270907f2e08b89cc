package dev.wal.common;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * An operation begins, in this thread.
     *
     * @return told of its end, by the same thread; of an asynchronous commit by another one
     */
    default Observed began(WalOperation operation) {
        return Observed.NOT;
    }

    /** An operation that is under way. */
    @FunctionalInterface
    interface Observed {
        /** Not observed. */
        Observed NOT = failure -> {};

        /**
         * The operation has ended. Called once.
         *
         * @param failure what it throws; null if it succeeded. A {@link CommitUnknownException} is a commit whose outcome is unknown; any other failure of a commit means that it is not in the log
         */
        void ended(@Nullable Throwable failure);
    }

    /** Tells all of these, in their order. */
    static WalObserver of(List<WalObserver> observers) {
        return switch (observers.size()) {
            case 0 -> NONE;
            case 1 -> observers.get(0);
            default -> new CompositeObserver(observers);
        };
    }
}
