package dev.wal.log;

/**
 * A point between two batches: the handlers of all batches before it were called, and of none behind it.
 *
 * @param position of the first batch that was not handled, or the end of the log
 * @param nextLsns LSN of the first record of each partition behind the point
 */
public record HandledPoint(long position, PartitionLsns nextLsns) {}
