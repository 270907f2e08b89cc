package dev.wal;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalLimitException;
import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.recovery.BatchSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction over any partitions: kept in memory until its boundary, and written there as one batch, so that it comes back whole or not at all. A transaction
 * that wrote nothing writes nothing.
 *
 * <p>For one thread at a time. Made by {@link WalManager#begin()}.
 */
public final class WalTransaction implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(WalTransaction.class);
    private static final int EXPECTED_BYTES = 2048;

    /** How a transaction ended. */
    public enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        /** The log failed during the commit: whether it comes back is unknown. */
        UNKNOWN
    }

    /** Told of what happens to a transaction, by the thread that makes it happen. */
    public interface Listener {
        /** Operations behind the first so many are undone. */
        default void rolledBackTo(int operations) {}

        /** The transaction has ended; committed changes have been applied. */
        default void completed(Outcome outcome) {}
    }

    private final Log log;
    private final PartitionCheck partitions;
    private final @Nullable StateMachine stateMachine;
    private final TransactionOptions options;
    private final int maxSize;
    private final long id;
    private final Batch batch;
    private final RecordEncoder encoder;

    /** What the state machine will be told; empty if there is none. */
    private final List<WalRecord.Data> operations;

    private List<Listener> listeners = List.of();
    private int operationCount;
    private volatile boolean active = true;

    WalTransaction(
            Log log,
            PartitionCheck partitions,
            @Nullable StateMachine stateMachine,
            TransactionOptions options,
            int maxSize,
            long id) {
        this.log = log;
        this.partitions = partitions;
        this.stateMachine = stateMachine;
        this.options = options;
        this.maxSize = maxSize;
        this.id = id;
        this.operations = stateMachine == null ? List.of() : new ArrayList<>();
        this.batch = new Batch(EXPECTED_BYTES, stateMachine == null ? null : this::apply);
        batch.durability(options.durability());
        this.encoder = new RecordEncoder(new BatchSink(batch));
    }

    /** Unique in the log; negative. */
    public long id() {
        return id;
    }

    /** Whether it can be written to. */
    public boolean isActive() {
        return active;
    }

    /** Number of operations so far. */
    public int operations() {
        return operationCount;
    }

    /** Has a listener told of what happens to this transaction. */
    public void addListener(Listener listener) {
        if (listeners.isEmpty()) {
            listeners = new ArrayList<>(1);
        }
        listeners.add(listener);
    }

    public void insert(String table, int partition, long rowId, Row data) {
        write(new WalRecord.Insert(id, table, partition, rowId, data));
    }

    public void update(String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
        write(new WalRecord.Update(id, table, partition, rowId, oldData, newData));
    }

    public void delete(String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
        write(new WalRecord.Delete(id, table, partition, rowId, oldData, timestampMicros));
    }

    /** The one way in: refuses before anything is changed. */
    private void write(WalRecord.Data record) {
        checkActive();
        partitions.check(record.partition());
        log.throwIfFailed();
        if (stateMachine != null) {
            stateMachine.check(record);
        }
        int length = batch.length();
        boolean first = !batch.contains(record.partition());
        if (first) {
            encoder.begin(id, record.partition(), options.isolationLevel());
        }
        encoder.encode(record);
        // Room for the commits too, so that a transaction that could be written can be committed.
        long size = batch.frameSize() + (long) batch.entries() * RecordEncoder.COMMIT_SIZE;
        if (size > Math.min(maxSize, log.maxFrameSize())) {
            batch.takeBack(length, record.partition(), first ? 2 : 1);
            throw new WalLimitException("Transaction " + id + " would take " + size + " bytes, more than "
                    + Math.min(maxSize, log.maxFrameSize())
                    + ". The operation was not added; the transaction can be committed or rolled back without it."
                    + " Split it, or allow larger transactions and segments.");
        }
        operationCount++;
        if (stateMachine != null) {
            operations.add(record);
        }
    }

    /** The state of a transaction, to which it can be rolled back. */
    public final class Savepoint {
        private final Batch.Mark mark = batch.mark();
        private final int operationsBefore = operationCount;

        private Savepoint() {}

        private WalTransaction transaction() {
            return WalTransaction.this;
        }
    }

    public Savepoint savepoint() {
        checkActive();
        return new Savepoint();
    }

    /** Undoes all operations since a savepoint, which stays usable. */
    public void rollbackTo(Savepoint savepoint) {
        checkActive();
        if (savepoint.transaction() != this) {
            throw new IllegalArgumentException("The savepoint belongs to another transaction");
        }
        if (savepoint.operationsBefore > operationCount) {
            throw new IllegalArgumentException("The savepoint was undone by a rollback to an earlier one");
        }
        batch.reset(savepoint.mark);
        operationCount = savepoint.operationsBefore;
        if (!operations.isEmpty()) {
            operations.subList(operationCount, operations.size()).clear();
        }
        listeners.forEach(listener -> listener.rolledBackTo(operationCount));
    }

    /**
     * Commits, and returns once that is as durable as its level promises, and applied.
     *
     * @throws CommitUnknownException if the log failed meanwhile: whether the transaction comes back after a restart is unknown
     * @throws WalException of another kind if nothing was written; the transaction is rolled back then
     */
    public CommitReceipt commit() {
        checkActive();
        if (operationCount == 0) {
            complete(Outcome.COMMITTED);
            return CommitReceipt.NOTHING;
        }
        active = false;
        Outcome outcome = Outcome.ROLLED_BACK;
        try {
            addCommits();
            log.commit(batch);
            outcome = Outcome.COMMITTED;
            return receipt();
        } catch (CommitUnknownException e) {
            outcome = Outcome.UNKNOWN;
            throw e;
        } catch (RuntimeException | Error e) {
            if (batch.position() >= 0) {
                outcome = Outcome.UNKNOWN;
                throw new CommitUnknownException(
                        "The commit of transaction " + id + ", at position " + batch.position() + ", met " + e
                                + ". Its outcome is unknown until a restart; do not treat it as rolled back.",
                        e);
            }
            throw e;
        } finally {
            complete(outcome);
        }
    }

    /**
     * Commits without waiting. The future is completed in log order, and fails as {@link #commit()} throws; cancelling or completing it has no effect on the commit.
     * Blocks while too many commits are under way.
     */
    public CompletableFuture<CommitReceipt> commitAsync() {
        checkActive();
        if (operationCount == 0) {
            complete(Outcome.COMMITTED);
            return CompletableFuture.completedFuture(CommitReceipt.NOTHING);
        }
        active = false;
        CompletableFuture<CommitReceipt> result = new CompletableFuture<>();
        try {
            addCommits();
            log.commitAsync(batch, new Batch.AsyncCommit() {
                @Override
                public void succeeded() {
                    complete(Outcome.COMMITTED);
                    result.complete(receipt());
                }

                @Override
                public void failed(RuntimeException cause) {
                    complete(Outcome.UNKNOWN);
                    result.completeExceptionally(cause);
                }
            });
        } catch (RuntimeException | Error e) {
            complete(batch.position() < 0 ? Outcome.ROLLED_BACK : Outcome.UNKNOWN);
            result.completeExceptionally(e);
        }
        return result;
    }

    private void addCommits() {
        int entries = batch.entries();
        for (int i = 0; i < entries; i++) {
            encoder.commit(id, batch.partition(i));
        }
    }

    private CommitReceipt receipt() {
        LsnRange[] ranges = new LsnRange[batch.entries()];
        Arrays.setAll(ranges, i -> new LsnRange(batch.partition(i), batch.firstLsn(i), batch.count(i)));
        return new CommitReceipt(batch.position(), List.of(ranges));
    }

    /** Called in log order, once the batch is durable enough. */
    private void apply(Batch committed) {
        StateMachine machine = stateMachine;
        if (machine == null) {
            throw new AssertionError("no handler without a state machine");
        }
        // The first record of each partition is its Begin.
        long[] lsns = new long[committed.entries()];
        Arrays.setAll(lsns, entry -> committed.firstLsn(entry) + 1);
        for (WalRecord.Data record : operations) {
            long lsn = lsns[committed.entryOf(record.partition())]++;
            machine.apply(new WalChange(record, lsn, committed.position(), committed.commitTimeMicros()));
        }
    }

    /**
     * Gives the transaction up. Writes that to the log as well as it can, without waiting; never throws for the log's sake, because a transaction without a
     * Commit is rolled back in any case. Does nothing if the transaction has ended.
     */
    public void rollback() {
        if (!active) {
            return;
        }
        if (operationCount > 0) {
            logRollback();
        }
        complete(Outcome.ROLLED_BACK);
    }

    private void logRollback() {
        try {
            Batch record = new Batch(64 * batch.entries(), null);
            RecordEncoder rollbackEncoder = new RecordEncoder(new BatchSink(record));
            for (int i = 0; i < batch.entries(); i++) {
                rollbackEncoder.begin(id, batch.partition(i), options.isolationLevel());
                rollbackEncoder.rollback(id, batch.partition(i));
            }
            record.holdsNothing();
            log.tryAppend(record);
        } catch (WalException | IllegalStateException e) {
            logger.debug("Transaction {} was rolled back, without a record of it", id, e);
        }
    }

    /** Rolls back, unless the transaction has ended. */
    @Override
    public void close() {
        rollback();
    }

    private void complete(Outcome outcome) {
        active = false;
        for (Listener listener : listeners) {
            try {
                listener.completed(outcome);
            } catch (RuntimeException | Error e) {
                logger.warn("A listener of transaction {} threw; its outcome stays {}", id, outcome, e);
            }
        }
    }

    private void checkActive() {
        if (!active) {
            throw new IllegalStateException(
                    "Transaction " + id + " has ended, or its commit has begun. Begin another one.");
        }
    }
}
