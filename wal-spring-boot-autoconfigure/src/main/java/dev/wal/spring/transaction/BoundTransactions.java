package dev.wal.spring.transaction;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.state.ConflictException;
import dev.wal.state.LockConflictException;
import dev.wal.state.TransactionContext;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Finds the transaction of the log that is bound to the calling thread. */
public final class BoundTransactions implements TransactionContext {
    private final Supplier<WalManager> walManager;
    private final @Nullable JoinedTransactions joined;

    /** @param walManager asked at the first use, so that states can be made before the log is opened */
    public BoundTransactions(Supplier<WalManager> walManager) {
        this(walManager, null);
    }

    /**
     * @param walManager asked at the first use, so that states can be made before the log is opened
     * @param joined transactions of other managers that are joined; null for none
     */
    public BoundTransactions(Supplier<WalManager> walManager, @Nullable JoinedTransactions joined) {
        this.walManager = walManager;
        this.joined = joined;
    }

    /** Joins the transaction of another manager already at the first read: a value that was read in it must not have changed when it is written. */
    @Override
    public @Nullable WalTransaction current() {
        WalResourceHolder holder = WalTransactionManager.bound(walManager.get());
        if (holder == null && joined != null) {
            holder = joined.current();
        }
        return holder == null ? null : holder.transaction();
    }

    @Override
    public WalTransaction required() {
        WalResourceHolder holder = WalTransactionManager.bound(walManager.get());
        if (holder == null && joined != null) {
            holder = joined.required();
        }
        if (holder == null) {
            throw new IllegalTransactionStateException(noTransaction());
        }
        WalTransaction transaction = active(holder);
        if (holder.isReadOnly()) {
            throw new IllegalTransactionStateException(
                    "A write, or a lock for one, in a transaction of the log that is read-only; nothing was written."
                            + " Remove readOnly = true from where the transaction begins.");
        }
        if (holder.hasTimeout()) {
            holder.getTimeToLiveInMillis();
        }
        return transaction;
    }

    /** The transaction of a holder, which stays bound for a while after it was closed or has ended. */
    static WalTransaction active(WalResourceHolder holder) {
        if (!holder.takesWrites()) {
            throw tooLate();
        }
        return holder.transaction();
    }

    static IllegalTransactionStateException tooLate() {
        return new IllegalTransactionStateException(
                "The log was written to after the commit or rollback of its transaction had begun; nothing was"
                        + " written. In a callback after the commit, write in a transaction of its own:"
                        + " @Transactional(propagation = REQUIRES_NEW) or @WalTransactional(propagation = REQUIRES_NEW).");
    }

    private static String noTransaction() {
        String choices =
                " Nothing was written. Make the method @Transactional (or @WalTransactional, where a database has a"
                        + " transaction manager of its own), or write in walTemplate.execute(…).";
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? "The log was written to in a transaction that is not one of the log: committing or rolling it back would not"
                        + " touch what was written." + choices
                        + " To have one outcome for both, set wal.transaction.join; the manager must be a bean then."
                : "The log was written to without a transaction." + choices;
    }

    /** No longer than the transaction itself has. */
    @Override
    public Duration lockWait(Duration timeout) {
        WalResourceHolder holder = WalTransactionManager.bound(walManager.get());
        if (holder == null || !holder.hasTimeout()) {
            return timeout;
        }
        Duration left = Duration.ofMillis(holder.getTimeToLiveInMillis());
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    @Override
    public RuntimeException translate(ConflictException conflict) {
        if (!(conflict instanceof LockConflictException)) {
            return new OptimisticLockingFailureException(conflict.getMessage(), conflict);
        }
        WalResourceHolder holder = WalTransactionManager.bound(walManager.get());
        return holder != null && holder.hasTimedOut()
                ? new TransactionTimedOutException(
                        "The transaction timed out while it waited for a lock: " + conflict.getMessage(), conflict)
                : new CannotAcquireLockException(conflict.getMessage(), conflict);
    }
}
