package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.ResourceHolderSupport;

/** Binds a transaction of the log to a thread. */
final class WalResourceHolder extends ResourceHolderSupport {
    private final WalTransaction transaction;
    private final boolean readOnly;
    private @Nullable TransactionSystemException unknownOutcome;

    WalResourceHolder(WalTransaction transaction, boolean readOnly) {
        this.transaction = transaction;
        this.readOnly = readOnly;
    }

    WalTransaction transaction() {
        return transaction;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Whether there is a time limit that has passed; marks the transaction for rollback then. */
    boolean hasTimedOut() {
        if (hasTimeout()) {
            try {
                getTimeToLiveInMillis();
            } catch (TransactionTimedOutException e) {
                return true;
            }
        }
        return false;
    }

    /** What the commit threw because nobody knows whether it will be there after a restart, or null. */
    @Nullable
    TransactionSystemException unknownOutcome() {
        return unknownOutcome;
    }

    void unknownOutcome(TransactionSystemException thrown) {
        unknownOutcome = thrown;
    }
}
