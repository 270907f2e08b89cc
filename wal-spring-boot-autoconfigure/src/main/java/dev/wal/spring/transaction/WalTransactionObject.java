package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionUsageException;
import org.springframework.transaction.support.SmartTransactionObject;

/** What {@link WalTransactionManager} knows of a transaction in one of its scopes. */
final class WalTransactionObject implements SmartTransactionObject, SavepointManager {
    private @Nullable WalResourceHolder holder;
    private boolean newHolder;

    WalTransactionObject(@Nullable WalResourceHolder existing) {
        this.holder = existing;
    }

    void begin(WalResourceHolder begun) {
        holder = begun;
        newHolder = true;
    }

    void suspend() {
        holder = null;
    }

    boolean hasHolder() {
        return holder != null;
    }

    boolean isNewHolder() {
        return newHolder;
    }

    WalResourceHolder holder() {
        if (holder == null) {
            throw new IllegalTransactionStateException("No transaction of the log is active");
        }
        return holder;
    }

    @Override
    public boolean isRollbackOnly() {
        return holder != null && holder.isRollbackOnly();
    }

    @Override
    public void flush() {
        // What becomes durable when is the log's to decide.
    }

    /** Refuses what JDBC refuses too, so that a nested scope behaves as beside a database. */
    @Override
    public Object createSavepoint() {
        if (isRollbackOnly()) {
            throw new CannotCreateTransactionException(
                    "No savepoint in a transaction that is marked as rollback-only: it will be rolled back whole");
        }
        return activeTransaction().savepoint();
    }

    @Override
    public void rollbackToSavepoint(Object savepoint) {
        try {
            activeTransaction().rollbackTo(own(savepoint));
        } catch (IllegalArgumentException e) {
            throw new TransactionUsageException("The savepoint cannot be used: " + e.getMessage(), e);
        }
        holder().resetRollbackOnly();
    }

    @Override
    public void releaseSavepoint(Object savepoint) {
        try {
            activeTransaction().release(own(savepoint));
        } catch (IllegalArgumentException e) {
            throw new TransactionUsageException("The savepoint cannot be used: " + e.getMessage(), e);
        }
    }

    private WalTransaction activeTransaction() {
        return BoundTransactions.active(holder());
    }

    private static WalTransaction.Savepoint own(Object savepoint) {
        if (!(savepoint instanceof WalTransaction.Savepoint own)) {
            throw new TransactionUsageException("Not a savepoint of the log: " + savepoint);
        }
        return own;
    }
}
