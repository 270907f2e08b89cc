package dev.wal;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalLimitException;
import dev.wal.log.Batch;
import dev.wal.record.Row;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction over any partitions. It is kept in memory until its boundary, and written there as one batch; one that outgrows {@link
 * WalOptions#maxTransactionSize()} is written in parts before. In either case it comes back whole or not at all. A transaction that wrote nothing writes nothing.
 *
 * <p>For one thread at a time. Made by {@link WalManager#begin()}.
 */
public final class WalTransaction implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(WalTransaction.class);

    /** How a transaction ended. */
    public enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        /** The log failed during the commit: whether it comes back is unknown. */
        UNKNOWN
    }

    /**
     * Told of what happens to a transaction, by the thread that makes it happen. One that is in doubt has not ended, whatever became of this object: listeners are told when it is decided, by the thread that decides, or
     * never if the log is closed before.
     */
    public interface Listener {
        /** Operations behind the first so many are undone. */
        default void rolledBackTo(int operations) {}

        /** The transaction has ended; committed changes have been applied. Called once. */
        default void completed(Outcome outcome) {}
    }

    private enum State {
        ACTIVE,
        PREPARED,
        ENDED
    }

    private final Transactions owner;
    private final TransactionOptions options;
    private final long id;
    private final TransactionContent content;
    private @Nullable PreparedTransaction prepared;
    private volatile List<Listener> listeners = List.of();
    private List<Savepoint> savepoints = List.of();
    private volatile State state = State.ACTIVE;

    /** Whether listeners were told: somebody else may decide about a prepared transaction while its owner does. */
    private final AtomicBoolean completed = new AtomicBoolean();

    WalTransaction(Transactions owner, @Nullable StateMachine stateMachine, TransactionOptions options, long id) {
        this.owner = owner;
        this.options = options;
        this.id = id;
        this.content = new TransactionContent(owner, stateMachine, options.isolationLevel(), id);
    }

    /** Unique in the log; negative. */
    public long id() {
        return id;
    }

    /** Whether it can be written to. */
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /** Whether it can be neither written to nor committed any more: it was committed or rolled back, or that is under way, or it was closed. */
    public boolean hasEnded() {
        return state == State.ENDED;
    }

    /** Number of operations so far, without those that were undone. */
    public int operations() {
        return content.operationCount();
    }

    /**
     * Has a listener told of what happens to this transaction.
     *
     * @throws IllegalStateException if it has ended
     */
    public void addListener(Listener listener) {
        refuseIfEnded();
        List<Listener> all = new ArrayList<>(listeners);
        all.add(listener);
        listeners = all;
    }

    /**
     * Adds an insert.
     *
     * @throws WalLimitException if the record does not fit a segment
     * @throws dev.wal.common.WalSpaceException if the transaction has to be written to the log in part, and there is no room; what this call was to add is not added then
     */
    public void insert(String table, int partition, long rowId, Row data) {
        write(new WalRecord.Insert(id, table, partition, rowId, data));
    }

    /** Adds an update; throws as {@link #insert} does. */
    public void update(String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
        write(new WalRecord.Update(id, table, partition, rowId, oldData, newData));
    }

    /** Adds a delete; throws as {@link #insert} does. */
    public void delete(String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
        write(new WalRecord.Delete(id, table, partition, rowId, oldData, timestampMicros));
    }

    /** The one way in: refuses before anything is changed. */
    private void write(WalRecord.Data record) {
        checkActive();
        owner.partitions().check(record.partition());
        owner.log().throwIfFailed();
        content.add(record);
    }

    /** The state of a transaction, to which it can be rolled back. */
    public static final class Savepoint {
        private final WalTransaction transaction;
        private final TransactionContent.Mark mark;
        private final int index;

        private Savepoint(WalTransaction transaction, TransactionContent.Mark mark, int index) {
            this.transaction = transaction;
            this.mark = mark;
            this.index = index;
        }
    }

    /** Remembers what the transaction has written so far. */
    public Savepoint savepoint() {
        checkActive();
        if (savepoints.isEmpty()) {
            savepoints = new ArrayList<>(1);
        }
        Savepoint savepoint = new Savepoint(this, content.mark(), savepoints.size());
        savepoints.add(savepoint);
        return savepoint;
    }

    /**
     * Undoes all operations since a savepoint, which stays usable; later ones end.
     *
     * @throws IllegalArgumentException if the savepoint is of another transaction, or has ended
     */
    public void rollbackTo(Savepoint savepoint) {
        checkActive();
        checkLive(savepoint);
        savepoints.subList(savepoint.index + 1, savepoints.size()).clear();
        content.reset(savepoint.mark);
        listeners.forEach(listener -> listener.rolledBackTo(content.operationCount()));
    }

    /**
     * Ends a savepoint and all later ones; their operations stay.
     *
     * @throws IllegalArgumentException if the savepoint is of another transaction, or has ended
     */
    public void release(Savepoint savepoint) {
        checkActive();
        checkLive(savepoint);
        savepoints.subList(savepoint.index, savepoints.size()).clear();
    }

    private void checkLive(Savepoint savepoint) {
        if (savepoint.transaction != this) {
            throw new IllegalArgumentException("The savepoint belongs to another transaction");
        }
        if (savepoint.index >= savepoints.size() || savepoints.get(savepoint.index) != savepoint) {
            throw new IllegalArgumentException(
                    "The savepoint has ended: it was released, or undone by a rollback to an earlier one");
        }
    }

    /**
     * Promises that the transaction can be committed, whatever happens, and returns once that is forced, at every level. From then on only {@link #commit()} and {@link #rollback()}
     * are possible; a crash decides nothing, see {@link InDoubtResolver}. A transaction that wrote nothing has nothing to promise.
     *
     * @throws CommitUnknownException if the log failed meanwhile: after a restart the transaction is in doubt, or rolled back
     * @throws WalException of another kind if it cannot be prepared; it is rolled back then
     */
    public void prepare() {
        checkActive();
        if (content.isEmpty()) {
            state = State.PREPARED;
            return;
        }
        state = State.ENDED;
        Batch batch = content.batch();
        try {
            PreparedTransaction promised = content.prepare(options);
            promised.onDecidedElsewhere(this::complete);
            prepared = promised;
            state = State.PREPARED;
            // Last: from here on others may decide about it.
            owner.undecided().prepared(promised);
        } catch (RuntimeException | Error e) {
            end(batch.position() < 0 ? Outcome.ROLLED_BACK : Outcome.UNKNOWN);
            throw refusedOrUnknown(batch, e);
        }
    }

    /**
     * Commits, and returns once that is as durable as its level promises, and applied.
     *
     * @throws CommitUnknownException if the log failed meanwhile: whether the transaction comes back after a restart is unknown
     * @throws WalException of another kind if nothing was written; the transaction is rolled back then, or still prepared if it was
     */
    public CommitReceipt commit() {
        checkCommittable();
        if (content.isEmpty()) {
            complete(Outcome.COMMITTED);
            return CommitReceipt.NOTHING;
        }
        Batch batch = commitBatch();
        Outcome outcome = Outcome.ROLLED_BACK;
        try {
            owner.log().commit(batch);
            outcome = Outcome.COMMITTED;
            return content.receipt(batch);
        } catch (RuntimeException | Error e) {
            outcome = batch.position() < 0 ? Outcome.ROLLED_BACK : Outcome.UNKNOWN;
            throw refusedOrUnknown(batch, e);
        } finally {
            endCommit(outcome);
        }
    }

    /**
     * Commits without waiting. The future is completed in log order, and fails as {@link #commit()} throws; cancelling or completing it has no effect on the commit.
     * Blocks while too many commits are under way.
     */
    public CompletableFuture<CommitReceipt> commitAsync() {
        checkCommittable();
        if (content.isEmpty()) {
            complete(Outcome.COMMITTED);
            return CompletableFuture.completedFuture(CommitReceipt.NOTHING);
        }
        Batch batch = commitBatch();
        CompletableFuture<CommitReceipt> result = new CompletableFuture<>();
        try {
            owner.log().commitAsync(batch, new Batch.AsyncCommit() {
                @Override
                public void succeeded() {
                    complete(Outcome.COMMITTED);
                    result.complete(content.receipt(batch));
                }

                @Override
                public void failed(RuntimeException cause) {
                    complete(Outcome.UNKNOWN);
                    result.completeExceptionally(cause);
                }
            });
        } catch (RuntimeException | Error e) {
            endCommit(batch.position() < 0 ? Outcome.ROLLED_BACK : Outcome.UNKNOWN);
            result.completeExceptionally(e);
        }
        return result;
    }

    /** The batch that commits. From here on the transaction has ended, unless that batch is refused. */
    private Batch commitBatch() {
        PreparedTransaction promised = prepared;
        if (promised == null) {
            Batch batch = content.commitBatch(options);
            state = State.ENDED;
            return batch;
        }
        try {
            Batch batch = promised.commitBatch(options.durability());
            state = State.ENDED;
            return batch;
        } catch (IllegalStateException e) {
            leaveTo(promised);
            throw e;
        }
    }

    /** The batch that commits got an outcome, or was refused. */
    private void endCommit(Outcome outcome) {
        PreparedTransaction promised = prepared;
        if (promised != null && outcome == Outcome.ROLLED_BACK) {
            state = State.PREPARED;
            // Last: from here on others may decide about it.
            promised.undecide();
        } else {
            end(outcome);
        }
    }

    /** Ends a transaction whose outcome is not in the log yet, if it is rolled back and something of it is there. */
    private void end(Outcome outcome) {
        try {
            if (outcome == Outcome.ROLLED_BACK && content.isInLog()) {
                logRollback();
            }
        } finally {
            complete(outcome);
        }
    }

    private RuntimeException refusedOrUnknown(Batch batch, Throwable met) {
        if (batch.position() < 0) {
            if (met instanceof Error error) {
                throw error;
            }
            return (RuntimeException) met;
        }
        return met instanceof CommitUnknownException known
                ? known
                : new CommitUnknownException(
                        "The commit of transaction " + id + ", at position " + batch.position() + ", met " + met
                                + ". Its outcome is unknown until a restart; do not treat it as rolled back.",
                        met);
    }

    /**
     * Gives the transaction up. Writes that to the log as well as it can, and waits at most for a new segment, if a part of it is in the log already; never throws for the log's sake, because a transaction without a
     * Commit is rolled back in any case. One that was prepared stays in doubt if this could not be written, and is so again after the next open if it was lost in a power cut. Does nothing if the transaction has ended.
     */
    public void rollback() {
        if (state == State.ENDED) {
            return;
        }
        PreparedTransaction promised = prepared;
        if (promised != null) {
            rollback(promised);
            return;
        }
        try {
            if (!content.isEmpty()) {
                logRollback();
            }
        } finally {
            complete(Outcome.ROLLED_BACK);
        }
    }

    private void rollback(PreparedTransaction promised) {
        try {
            promised.rollback();
            complete(Outcome.ROLLED_BACK);
        } catch (WalException e) {
            logger.warn("That transaction {} was rolled back could not be logged; it stays in doubt", id, e);
            leaveTo(promised);
        } catch (IllegalStateException e) {
            logger.debug("Transaction {} was decided by somebody else", id, e);
            leaveTo(promised);
        }
    }

    /** From here on others decide. Listeners are told by then, or now if somebody has: what the transaction holds, it holds as long as it is in doubt. */
    private void leaveTo(PreparedTransaction promised) {
        state = State.ENDED;
        // It may be in doubt for long.
        promised.leaveMemory();
        content.releaseMemory();
        Outcome outcome = promised.outcome();
        if (outcome != null) {
            complete(outcome);
        }
    }

    /** Of what is in the log, the end has to be there, too, also where a segment is full: who follows the log waits for it, and has the log kept from the beginning on. */
    private void logRollback() {
        try {
            Batch batch = content.rollbackBatch(options.isolationLevel());
            if (content.isInLog()) {
                owner.log().append(batch);
            } else {
                owner.log().tryAppend(batch);
            }
        } catch (WalException | IllegalStateException e) {
            logger.debug("Transaction {} was rolled back, without a record of it", id, e);
        }
    }

    /** Rolls back, unless the transaction has ended, or was prepared: then it stays in doubt. */
    @Override
    public void close() {
        if (prepared == null) {
            rollback();
        } else if (state != State.ENDED) {
            leaveTo(prepared);
        }
    }

    private void complete(Outcome outcome) {
        state = State.ENDED;
        if (!completed.compareAndSet(false, true)) {
            return;
        }
        content.release(prepared == null);
        for (Listener listener : listeners) {
            try {
                listener.completed(outcome);
            } catch (RuntimeException | Error e) {
                logger.warn("A listener of transaction {} threw; its outcome stays {}", id, outcome, e);
            }
        }
    }

    private void checkActive() {
        if (state != State.ACTIVE) {
            throw new IllegalStateException(
                    state == State.PREPARED
                            ? "Transaction " + id + " is prepared: it can only be committed or rolled back."
                            : "Transaction " + id + " has ended, or its commit has begun. Begin another one.");
        }
    }

    private void checkCommittable() {
        PreparedTransaction promised = prepared;
        if (state == State.ENDED && promised != null) {
            promised.checkUndecided();
        }
        refuseIfEnded();
    }

    private void refuseIfEnded() {
        if (state == State.ENDED) {
            checkActive();
        }
    }
}
