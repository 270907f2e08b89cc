package dev.wal.spring.transaction;

import dev.wal.TransactionOptions;
import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.InvalidIsolationLevelException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs transactions of the log under Spring. A transaction stays in memory until its boundary, and is one batch there.
 *
 * <p>What a failed commit throws says what is known. {@link TransactionSystemException}: the log failed after the batch got its place, so that the outcome is unknown until a restart, and synchronizations
 * are told so. Any other {@link WalException}: nothing was written, and the transaction is rolled back. Nothing that happens after the force can turn a commit into a rollback.
 */
public class WalTransactionManager extends AbstractPlatformTransactionManager implements ResourceTransactionManager {
    /** Name of the bean that is auto-configured, for {@code @Transactional(transactionManager = …)}. */
    public static final String BEAN_NAME = "walTransactionManager";

    private static final long serialVersionUID = 1;

    private final transient WalManager walManager;
    private final transient @Nullable JoinedTransactions joined;

    public WalTransactionManager(WalManager walManager) {
        this(walManager, null);
    }

    /** @param joined transactions of other managers that are joined: a transaction that is asked for in one of them takes part in it, unless it must be a new one; null for none */
    public WalTransactionManager(WalManager walManager, @Nullable JoinedTransactions joined) {
        this.walManager = walManager;
        this.joined = joined;
        setNestedTransactionAllowed(true);
    }

    @Override
    public Object getResourceFactory() {
        return walManager;
    }

    /** The transaction that is bound to this thread, or null. */
    static @Nullable WalResourceHolder bound(WalManager manager) {
        return (WalResourceHolder) TransactionSynchronizationManager.getResource(manager);
    }

    @Override
    protected Object doGetTransaction() {
        WalResourceHolder holder = bound(walManager);
        return new WalTransactionObject(holder == null && joined != null ? joined.current() : holder);
    }

    @Override
    protected boolean isExistingTransaction(Object transaction) {
        return ((WalTransactionObject) transaction).hasHolder();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        WalResourceHolder holder =
                new WalResourceHolder(begin(definition.getIsolationLevel()), definition.isReadOnly());
        holder.setSynchronizedWithTransaction(true);
        int timeout = determineTimeout(definition);
        if (timeout != TransactionDefinition.TIMEOUT_DEFAULT) {
            holder.setTimeoutInMillis(Duration.ofSeconds(timeout).toMillis());
        }
        TransactionSynchronizationManager.bindResource(walManager, holder);
        ((WalTransactionObject) transaction).begin(holder);
    }

    private WalTransaction begin(int isolation) {
        if (isolation > TransactionDefinition.ISOLATION_READ_COMMITTED) {
            throw new InvalidIsolationLevelException(
                    "The log isolates transactions as READ_COMMITTED and refuses lost updates;"
                            + " REPEATABLE_READ and SERIALIZABLE are not supported. Use isolation DEFAULT, and getForUpdate for"
                            + " what must not change until the end of the transaction.");
        }
        try {
            return walManager.begin(TransactionOptions.defaults().withIsolationLevel(isolation));
        } catch (WalException e) {
            throw new CannotCreateTransactionException("The log takes no transactions: " + e.getMessage(), e);
        }
    }

    @Override
    protected Object doSuspend(Object transaction) {
        WalResourceHolder holder = ((WalTransactionObject) transaction).holder();
        ((WalTransactionObject) transaction).suspend();
        // One that has joined another manager's was unbound by its synchronization, and will be bound again by it.
        return holder.isJoined() ? holder : TransactionSynchronizationManager.unbindResource(walManager);
    }

    @Override
    protected void doResume(@Nullable Object transaction, Object suspendedResources) {
        if (!((WalResourceHolder) suspendedResources).isJoined()) {
            TransactionSynchronizationManager.bindResource(walManager, suspendedResources);
        }
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        WalResourceHolder holder = ((WalTransactionObject) status.getTransaction()).holder();
        refuseIfTimedOut(holder);
        try {
            holder.transaction().commit();
        } catch (CommitUnknownException e) {
            TransactionSystemException unknown = new TransactionSystemException(
                    "The outcome of the commit is unknown until a restart: " + e.getMessage(), e);
            holder.unknownOutcome(unknown);
            throw unknown;
        }
    }

    /** Said by an exception that the base class knows as a rollback: any other of Spring's would mean that the outcome is unknown. */
    private static void refuseIfTimedOut(WalResourceHolder holder) {
        if (holder.hasTimeout()) {
            try {
                holder.getTimeToLiveInMillis();
            } catch (TransactionTimedOutException e) {
                holder.transaction().rollback();
                throw new UnexpectedRollbackException(
                        "The transaction was rolled back: it timed out before its commit", e);
            }
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        WalResourceHolder holder = ((WalTransactionObject) status.getTransaction()).holder();
        TransactionSystemException unknown = holder.unknownOutcome();
        if (unknown != null) {
            // Reached if rollbackOnCommitFailure is set: there is nothing that could be rolled back, and claiming it
            // would be a lie.
            throw unknown;
        }
        holder.transaction().rollback();
    }

    @Override
    protected void doSetRollbackOnly(DefaultTransactionStatus status) {
        ((WalTransactionObject) status.getTransaction()).holder().setRollbackOnly();
    }

    @Override
    protected void doCleanupAfterCompletion(Object transaction) {
        WalTransactionObject object = (WalTransactionObject) transaction;
        if (object.isNewHolder()) {
            TransactionSynchronizationManager.unbindResourceIfPossible(walManager);
            object.holder().transaction().close();
            object.holder().clear();
        }
    }
}
