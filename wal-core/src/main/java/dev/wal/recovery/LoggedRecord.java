package dev.wal.recovery;

import dev.wal.record.WalRecord;

/**
 * A record and where it is in the log.
 *
 * @param position of the batch that it is in
 * @param segment number of the segment
 * @param incarnation of the log when it was written
 * @param commitTimeMicros of the batch, in microseconds since 1970
 * @param lsn in its partition
 * @param bytes that it takes in the batch
 */
public record LoggedRecord(
        long position, int segment, int incarnation, long commitTimeMicros, long lsn, int bytes, WalRecord record) {

    public int partition() {
        return record.partition();
    }
}
