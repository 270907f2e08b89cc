package dev.wal.log;

/**
 * Where a record of a partition is to be looked for.
 *
 * @param position of the first frame of the segment that holds it, if it is left
 * @param firstLsn lowest LSN of the partition that was not dropped
 * @param nextLsn LSN of the partition's next record
 */
public record LsnPlace(long position, long firstLsn, long nextLsn) {}
