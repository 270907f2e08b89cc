package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.SavepointManager;
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
        // Everything is in memory until the boundary.
    }

    @Override
    public Object createSavepoint() {
        return holder().transaction().savepoint();
    }

    @Override
    public void rollbackToSavepoint(Object savepoint) {
        if (!(savepoint instanceof WalTransaction.Savepoint own)) {
            throw new NestedTransactionNotSupportedException("Not a savepoint of the log: " + savepoint);
        }
        holder().transaction().rollbackTo(own);
        holder().resetRollbackOnly();
    }

    @Override
    public void releaseSavepoint(Object savepoint) {
        // A savepoint holds nothing that had to be let go.
    }
}
