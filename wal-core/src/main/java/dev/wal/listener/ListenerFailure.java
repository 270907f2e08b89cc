package dev.wal.listener;

import dev.wal.record.WalChange;
import java.time.Instant;
import java.util.Optional;

/**
 * What went wrong with a listener. Says where, and nothing of what rows hold; what an exception of the listener itself says is the listener's.
 *
 * @param time when
 * @param error class of what was thrown
 * @param message of what was thrown, empty if it had none
 * @param change that was being handed over, if one was
 */
public record ListenerFailure(Instant time, String error, String message, Optional<FailedChange> change) {

    /**
     * @param position of the commit
     * @param lsn of the record
     * @param partition of the record
     * @param table of the record
     * @param transactionId of the transaction
     * @param tries how often it was handed over
     */
    public record FailedChange(long position, long lsn, int partition, String table, long transactionId, int tries) {

        static FailedChange of(WalChange change, int tries) {
            return new FailedChange(
                    change.position(), change.lsn(), change.partition(), change.table(), change.transactionId(), tries);
        }

        boolean isOf(WalChange change) {
            return position == change.position() && lsn == change.lsn() && partition == change.partition();
        }

        private boolean isSame(FailedChange other) {
            return position == other.position && lsn == other.lsn && partition == other.partition;
        }
    }

    boolean isOfSameChange(ListenerFailure other) {
        return change.flatMap(one -> other.change.filter(one::isSame)).isPresent();
    }

    static ListenerFailure of(Instant time, Throwable thrown, Optional<FailedChange> change) {
        String message = thrown.getMessage();
        return new ListenerFailure(time, thrown.getClass().getName(), message == null ? "" : message, change);
    }
}
