package dev.wal.log;

/** Says what is still needed of the log. */
@FunctionalInterface
public interface Retention {
    /**
     * Whether a partition needs a segment.
     *
     * @param lastLsn last LSN of the partition in the segment
     * @param segmentEnd position where the segment ends
     */
    boolean needs(int partition, long lastLsn, long segmentEnd);
}
