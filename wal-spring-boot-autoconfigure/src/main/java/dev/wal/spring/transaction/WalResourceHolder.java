package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Binds a transaction of the log to a thread. */
final class WalResourceHolder extends ResourceHolderSupport {
    private final WalTransaction transaction;
    private final boolean readOnly;
    private final boolean joined;
    private boolean closed;
    private @Nullable TransactionSystemException unknownOutcome;

    WalResourceHolder(WalTransaction transaction, boolean readOnly) {
        this(transaction, readOnly, false);
    }

    private WalResourceHolder(WalTransaction transaction, boolean readOnly, boolean joined) {
        this.transaction = transaction;
        this.readOnly = readOnly;
        this.joined = joined;
    }

    /** Of a transaction that ends with the one of another manager that is active. It has no more time than that has. */
    static WalResourceHolder joined(WalTransaction transaction, boolean readOnly) {
        WalResourceHolder holder = new WalResourceHolder(transaction, readOnly, true);
        holder.setSynchronizedWithTransaction(true);
        long shortest = Long.MAX_VALUE;
        for (Object resource :
                TransactionSynchronizationManager.getResourceMap().values()) {
            if (resource instanceof ResourceHolderSupport other && other.hasTimeout()) {
                shortest = Math.min(shortest, millisLeft(other));
            }
        }
        if (shortest < Long.MAX_VALUE) {
            holder.setTimeoutInMillis(shortest);
        }
        return holder;
    }

    private static long millisLeft(ResourceHolderSupport holder) {
        try {
            return holder.getTimeToLiveInMillis();
        } catch (TransactionTimedOutException e) {
            return 0;
        }
    }

    /** Whether somebody else begins, suspends and ends it. */
    boolean isJoined() {
        return joined;
    }

    /** @throws JoinedRollbackException if the transaction is marked for rollback, or has timed out */
    void refuseIfRolledBack() {
        if (hasTimedOut()) {
            throw new JoinedRollbackException("The transaction was rolled back: it timed out before its commit", null);
        }
        if (isRollbackOnly()) {
            throw new JoinedRollbackException(
                    "The transaction was rolled back: a transactional method of the log that took part in it has failed, or"
                            + " asked for a rollback",
                    null);
        }
    }

    /** Nothing is taken any more: what belongs to the transaction is known, though it may be active still. */
    void close() {
        closed = true;
    }

    /** Whether it takes writes, and locks for them. */
    boolean takesWrites() {
        return !closed && transaction.isActive();
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
