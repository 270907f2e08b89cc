package dev.wal.record;

/**
 * A committed change of a row.
 *
 * @param record what was written
 * @param lsn of the record in its partition
 * @param position of the commit: the order of commits in the whole log
 * @param commitTimeMicros in microseconds since 1970
 */
public record WalChange(WalRecord.Data record, long lsn, long position, long commitTimeMicros) {

    public String table() {
        return record.table();
    }

    public int partition() {
        return record.partition();
    }

    public long rowId() {
        return record.rowId();
    }

    /** Id of the transaction, or {@link WalRecord#NO_TRANSACTION}. */
    public long transactionId() {
        return record.transactionId();
    }
}
