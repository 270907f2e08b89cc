package dev.wal.spring.transaction;

import dev.wal.WalTransaction;
import dev.wal.common.WalException;
import java.io.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A transaction of another manager, which one of the log may join, and does at the first use of the log in it. Bound to the thread from its beginning to its end, suspensions left out.
 *
 * <p>As a synchronization it is the first that is told, so that others see maps and log as they are after the commit.
 */
final class OuterTransaction implements TransactionSynchronization {
    private final JoinedTransactions owner;
    private final TransactionExecution execution;
    private final JoinProtocol.Participant participant;
    private final JoinedSavepoints savepoints = new JoinedSavepoints();
    private @Nullable WalResourceHolder holder;
    private @Nullable LastWord lastWord;

    /** Whether the log can be written to no more. */
    private boolean closed;

    /** Whether the transaction of the log got its outcome, or was left to somebody else. */
    private boolean ended;

    OuterTransaction(JoinedTransactions owner, TransactionExecution execution, JoinProtocol.Participant participant) {
        this.owner = owner;
        this.execution = execution;
        this.participant = participant;
    }

    boolean is(TransactionExecution other) {
        return execution == other;
    }

    /** First of all: nobody is told of a commit before the log has it. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    /** For reads, which are allowed anywhere. */
    @Nullable
    WalResourceHolder joinIfPossible() {
        if (holder != null || closed || participant.refusal() != null) {
            return holder;
        }
        try {
            return begin();
        } catch (WalException e) {
            return null;
        }
    }

    WalResourceHolder join() {
        if (holder != null) {
            return holder;
        }
        if (closed) {
            throw BoundTransactions.tooLate();
        }
        String refusal = participant.refusal();
        if (refusal != null) {
            throw new IllegalTransactionStateException(refusal
                    + " Nothing was written. For a transaction of the log alone, make the method @WalTransactional, or write in"
                    + " walTemplate.execute(…).");
        }
        try {
            return begin();
        } catch (WalException e) {
            throw new CannotCreateTransactionException("The log takes no transactions: " + e.getMessage(), e);
        }
    }

    private WalResourceHolder begin() {
        WalTransaction transaction = owner.walManager().begin(participant.options());
        WalResourceHolder joined = WalResourceHolder.joined(transaction, execution.isReadOnly());
        savepoints.begun(transaction);
        TransactionSynchronizationManager.bindResource(owner.walManager(), joined);
        holder = joined;
        return joined;
    }

    @Override
    public void suspend() {
        TransactionSynchronizationManager.unbindResource(owner);
        if (holder != null) {
            TransactionSynchronizationManager.unbindResource(owner.walManager());
        }
    }

    @Override
    public void resume() {
        TransactionSynchronizationManager.bindResource(owner, this);
        if (holder != null) {
            TransactionSynchronizationManager.bindResource(owner.walManager(), holder);
        }
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.set(savepoint, holder);
    }

    @Override
    public void savepointRollback(Object savepoint) {
        savepoints.rollbackTo(savepoint, holder);
    }

    /** The last moment before the commit. */
    void beforeCommit() {
        try {
            if (participant.endsBeforeCommit()) {
                // Entities may be written to the database only now, and their callbacks may write to the log.
                flushEntities();
                close();
            } else {
                // Also where the log was not used so far: the commit itself may write entities, whose callbacks use it.
                lastWord = new LastWord();
                TransactionSynchronizationManager.registerSynchronization(lastWord);
            }
            if (holder != null) {
                holder.refuseIfRolledBack();
                participant.beforeCommit(holder.transaction());
            }
        } catch (TransactionException e) {
            throw new JoinedRollbackException("The transaction was rolled back: " + e.getMessage(), e);
        }
    }

    /** From here on a write would be missing in what is promised, also if nothing was written so far and nothing is promised. */
    private void close() {
        closed = true;
        if (holder != null) {
            holder.close();
        }
    }

    private void flushEntities() {
        if (!execution.isReadOnly() && execution instanceof Flushable flushable) {
            try {
                flushable.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void afterCommit() {
        closed = true;
        try {
            committed();
        } catch (RuntimeException | Error e) {
            if (lastWord == null) {
                throw e;
            }
            lastWord.failure = e;
        }
    }

    @Override
    public void afterCompletion(int status) {
        closed = true;
        TransactionSynchronizationManager.unbindResourceIfPossible(owner);
        if (status == STATUS_COMMITTED) {
            committed();
        } else {
            WalTransaction transaction = release();
            if (transaction != null) {
                participant.notCommitted(transaction, status);
            }
        }
    }

    private void committed() {
        boolean rollbackOnly = !participant.endsBeforeCommit() && holder != null && holder.isRollbackOnly();
        WalTransaction transaction = release();
        if (transaction == null) {
            return;
        }
        if (rollbackOnly) {
            participant.committedAlone(transaction);
        } else {
            participant.committed(transaction);
        }
    }

    /** Unbinds the transaction of the log, which is to be ended now; null if that was done. */
    private @Nullable WalTransaction release() {
        WalResourceHolder joined = holder;
        if (joined == null || ended) {
            return null;
        }
        ended = true;
        holder = null;
        TransactionSynchronizationManager.unbindResourceIfPossible(owner.walManager());
        joined.clear();
        return joined.transaction();
    }

    /** Tells who has committed that the log did not, after all others were told of the commit. */
    private static final class LastWord implements TransactionSynchronization {
        private @Nullable Throwable failure;

        @Override
        public void afterCommit() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
