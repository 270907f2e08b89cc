package dev.wal.log;

/**
 * A point between two batches: the handlers of all batches before it were called, and of none behind it.
 *
 * @param position of the first batch that was not handled, or the end of the log
 * @param appended the end of the log at that moment; between the two may also be batches that nobody waits for
 * @param nextLsns LSN of the next record of each partition at that end
 */
public record HandledPoint(long position, long appended, PartitionLsns nextLsns) {}
