package dev.wal;

import dev.wal.recovery.TransactionFrames;

/**
 * A transaction that a caller drives record by record. What it wrote is in the log alone. Guarded by the lock of its {@link
 * CallerTransactions} until its commit is in the log.
 *
 * @param frames with its records, the first one with its Begin
 */
record CallerTransaction(long id, TransactionFrames frames) {

    /** Position of its Begin. */
    long firstPosition() {
        return frames.first();
    }
}
