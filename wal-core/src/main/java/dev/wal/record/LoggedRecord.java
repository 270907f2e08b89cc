package dev.wal.record;

/**
 * A record as it stands in the log, whatever became of its transaction.
 *
 * @param record what was written
 * @param lsn of the record in its partition
 * @param position of the batch that it is part of
 * @param commitTimeMicros when that batch was appended, in microseconds since 1970; never goes back along the log
 */
public record LoggedRecord(WalRecord record, long lsn, long position, long commitTimeMicros) {}
