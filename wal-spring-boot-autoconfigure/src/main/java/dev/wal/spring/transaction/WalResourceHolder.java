package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import org.springframework.transaction.support.ResourceHolderSupport;

/** Binds a transaction of the log to a thread. */
final class WalResourceHolder extends ResourceHolderSupport {
    private final WalTransaction transaction;
    private final boolean readOnly;
    private boolean outcomeUnknown;

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

    boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }

    void outcomeUnknown() {
        outcomeUnknown = true;
    }
}
