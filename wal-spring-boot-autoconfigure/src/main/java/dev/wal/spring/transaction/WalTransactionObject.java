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
        // What becomes durable when is the log's to decide.
    }

    @Override
    public Object createSavepoint() {
        return holder().transaction().savepoint();
    }

    @Override
    public void rollbackToSavepoint(Object savepoint) {
        holder().transaction().rollbackTo(own(savepoint));
        holder().resetRollbackOnly();
    }

    @Override
    public void releaseSavepoint(Object savepoint) {
        holder().transaction().release(own(savepoint));
    }

    private static WalTransaction.Savepoint own(Object savepoint) {
        if (!(savepoint instanceof WalTransaction.Savepoint own)) {
            throw new NestedTransactionNotSupportedException("Not a savepoint of the log: " + savepoint);
        }
        return own;
    }
}
