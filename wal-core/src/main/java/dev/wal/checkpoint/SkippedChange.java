package dev.wal.checkpoint;

import java.time.Instant;

/**
 * A change that a listener gave up. Says where it is in the log, and nothing of what it holds.
 *
 * @param time when it was given up
 * @param position of its commit
 * @param lsn of its record
 * @param partition of its record
 * @param table of its record
 * @param transactionId of its transaction
 * @param tries how often it was handed over
 * @param error class of what the listener threw last
 * @param message of what the listener threw last, empty if it had none
 */
public record SkippedChange(
        Instant time,
        long position,
        long lsn,
        int partition,
        String table,
        long transactionId,
        int tries,
        String error,
        String message) {

    boolean isOfTheSameRecordAs(SkippedChange other) {
        return position == other.position && lsn == other.lsn && partition == other.partition;
    }
}
