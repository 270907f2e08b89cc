package dev.wal;

import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.List;

/** A transaction that a caller drives record by record. Guarded by the lock of its {@link CallerTransactions}. */
final class CallerTransaction {
    private final long firstPosition;
    private final List<Written> written = new ArrayList<>();

    /** A record that is in the log. */
    record Written(WalRecord.Data record, long lsn) {}

    CallerTransaction(long firstPosition) {
        this.firstPosition = firstPosition;
    }

    /** Position of its Begin. */
    long firstPosition() {
        return firstPosition;
    }

    List<Written> written() {
        return written;
    }
}
