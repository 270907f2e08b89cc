package dev.wal;

import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalOperation;
import dev.wal.common.WalStorageException;
import dev.wal.common.WriteInApplyException;
import dev.wal.log.Log;
import dev.wal.log.LogThreads;
import dev.wal.log.Observers;
import dev.wal.log.OwnThreads;
import dev.wal.record.Row;
import dev.wal.record.WalRecord;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.OpenedLog;
import dev.wal.recovery.PreparedFrames;
import dev.wal.recovery.RecoveryReport;
import dev.wal.recovery.ReplayHandler;
import dev.wal.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A write-ahead log that is open for writing. One instance owns its directory, until it is closed. Safe for use by several threads.
 *
 * <p>There are two ways to write. {@link #begin()} gives a transaction over any partitions, kept in memory until its boundary. The methods
 * that begin with {@code log} append one record at once and return its LSN; callers keep track of transactions by ids of their own, within one
 * partition. A data record that is logged without an id belongs to the only transaction that is open in its partition; if none is, it is a commit of
 * its own; if several are, it is refused.
 *
 * <p>After a failed write or force the log accepts nothing more: see {@link dev.wal.common.WalFailedException}. Every method that writes throws it then, or {@link
 * WalClosedException} once the log is closed, and {@link IllegalArgumentException} for a partition that does not exist; nothing was written in these cases.
 */
public final class WalManager implements AutoCloseable {
    private final WalOptions options;
    private final Storage storage;
    private final long logId;
    private final Closeable directoryLock;
    private final Log log;
    private final PartitionCheck partitions;
    private final Transactions transactions;
    private final Checkpointer checkpointer;
    private final Reading reading;
    private final Consumers consumers;
    private final Tailers tailers;
    private final WalSkips skips;
    private final StateRecovery recovery;
    private final ToldCheckpoints checkpoints;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private final List<CallerTransactions> callers = new ArrayList<>();
    private volatile boolean closed;

    /** By {@link Opening} alone. */
    WalManager(WalOptions options, Closeable directoryLock, OpenedLog opened) {
        this.options = options;
        this.storage = options.storage();
        this.logId = opened.manifest().logId();
        this.directoryLock = directoryLock;
        this.log = opened.log();
        this.partitions = new PartitionCheck(options.partitions());
        this.transactions =
                new Transactions(log, partitions, options, opened.manifest().incarnation());
        for (int i = 0; i < options.partitions(); i++) {
            callers.add(new CallerTransactions(transactions.readBack(), transactions::stateMachine, i));
        }
        this.consumers = new Consumers(storage, logId, options.maxRetainedForConsumers());
        this.checkpointer =
                new Checkpointer(options, log, opened.manifest(), callers, transactions.undecided(), consumers);
        this.reading = new Reading(log, checkpointer);
        this.recovery = new StateRecovery(storage, log, checkpointer, transactions, reading, opened.report());
        this.checkpoints = new ToldCheckpoints(checkpointer, options.observer(), storage.directory());
        this.tailers = new Tailers(log, checkpointer, consumers);
        this.skips = new WalSkips(storage, logId);
    }

    /**
     * Opens the log in a directory, creating it if there is none. Everything in it is read and verified, a torn write at its end is cut and kept aside as
     * the recovery mode says, and all that is left is on the disk when this returns.
     *
     * @throws dev.wal.common.WalLockedException if the directory is in use
     * @throws WalCorruptedException if the log is damaged and the recovery mode refuses that
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     * @throws dev.wal.common.PartitionCountMismatchException if it has another number of partitions
     * @throws WalStorageException if its files cannot be read or written
     */
    public static WalManager open(WalOptions options) {
        return open(options, System::nanoTime, OwnThreads::new);
    }

    /** With a clock and threads that a test decides about. */
    static WalManager open(WalOptions options, LongSupplier nanoTime, Function<String, LogThreads> threads) {
        return new Opening(options, nanoTime, threads).open();
    }

    /** Decides about what an earlier incarnation left in doubt; if that fails, the log is closed. */
    void takeOver(List<PreparedFrames> inDoubt) throws IOException {
        boolean done = false;
        try {
            // Before anything is committed: a consumer must not be behind the end then.
            consumers.load(log.appended());
            transactions.takeOver(inDoubt, options.inDoubtResolver());
            recovery.unwrittenUntilNow();
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /**
     * Has a state machine restored from its snapshots and the log, and from then on told of every commit before it returns. Must come before anything is written, and
     * once. If restoring it fails, the log is closed, and the state machine must not be used: it holds a part.
     *
     * @return how many changes were applied from the log
     * @throws IllegalStateException if something was written, or another one is attached
     * @throws WalCorruptedException if snapshots are damaged and there is no older one to fall back to
     */
    public long attach(StateMachine machine) {
        return Observers.observed(options.observer(), WalOperation.RESTORE, () -> attachObserved(machine));
    }

    private long attachObserved(StateMachine machine) {
        recovery.refuseInApply();
        lifecycle.lock();
        try {
            checkOpen();
            recovery.refuseUnlessFirst();
            boolean done = false;
            try {
                long applied = recovery.attach(machine);
                done = true;
                return applied;
            } finally {
                if (!done) {
                    close();
                }
            }
        } finally {
            lifecycle.unlock();
        }
    }

    @Nullable
    StateMachine stateMachine() {
        return transactions.stateMachine();
    }

    /** Begins a transaction over any partitions. It costs nothing until it is written to. */
    public WalTransaction begin() {
        return begin(TransactionOptions.defaults());
    }

    /** Begins a transaction over any partitions. */
    public WalTransaction begin(TransactionOptions transactionOptions) {
        checkOpen();
        recovery.refuseInApply();
        return transactions.begin(transactionOptions);
    }

    /** Transactions that were prepared and have no outcome, in the order in which they were prepared; also those of this open that are not decided yet. */
    public List<InDoubtTransaction> inDoubt() {
        checkOpen();
        return transactions.undecided().inDoubt();
    }

    /**
     * Decides about a transaction that is in doubt, and returns once that is forced, and, if it was committed, applied.
     *
     * @throws IllegalArgumentException if no such transaction is in doubt
     * @throws IllegalStateException if another thread decides about it at this moment
     */
    public void resolve(long transactionId, InDoubtResolver.Decision decision) {
        recovery.refuseInApply();
        lifecycle.lock();
        try {
            checkOpen();
            boolean wasUnwritten = recovery.isUnwritten();
            transactions.resolve(transactionId, decision);
            if (wasUnwritten) {
                recovery.unwrittenUntilNow();
            }
        } finally {
            lifecycle.unlock();
        }
    }

    /** Logs an insert without naming a transaction; see the class comment. Returns its LSN. */
    public long logInsert(String table, int partition, long rowId, Row data) {
        return append(new WalRecord.Insert(table, partition, rowId, data));
    }

    /** Logs an insert of a transaction. Returns its LSN. */
    public long logInsert(long txnId, String table, int partition, long rowId, Row data) {
        return append(new WalRecord.Insert(txnId, table, partition, rowId, data));
    }

    /** Logs an update without naming a transaction; see the class comment. Returns its LSN. */
    public long logUpdate(String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
        return append(new WalRecord.Update(table, partition, rowId, oldData, newData));
    }

    /** Logs an update of a transaction. Returns its LSN. */
    public long logUpdate(long txnId, String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
        return append(new WalRecord.Update(txnId, table, partition, rowId, oldData, newData));
    }

    /** Logs a delete without naming a transaction; see the class comment. Returns its LSN. */
    public long logDelete(String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
        return append(new WalRecord.Delete(table, partition, rowId, oldData, timestampMicros));
    }

    /** Logs a delete of a transaction. Returns its LSN. */
    public long logDelete(
            long txnId, String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
        return append(new WalRecord.Delete(txnId, table, partition, rowId, oldData, timestampMicros));
    }

    /**
     * Begins a transaction in one partition; an unfinished one of the same id is discarded.
     *
     * @param txnId not negative
     * @return LSN of the record
     */
    public long logBegin(int partition, long txnId, int isolationLevel) {
        partitions.check(partition);
        return append(new WalRecord.Begin(txnId, partition, isolationLevel));
    }

    /**
     * Commits a transaction of one partition, and returns once that is as durable as the level of the log promises.
     *
     * @param commitTs stored as it is given
     * @return LSN of the record
     */
    public long logCommit(int partition, long txnId, long commitTs) {
        partitions.check(partition);
        return append(new WalRecord.Commit(txnId, partition, commitTs));
    }

    /** Rolls a transaction of one partition back. Returns the LSN of the record. */
    public long logRollback(int partition, long txnId) {
        partitions.check(partition);
        return append(new WalRecord.Rollback(txnId, partition));
    }

    private long append(WalRecord record) {
        partitions.check(record.partition());
        checkOpen();
        recovery.refuseInApply();
        return callers.get(record.partition()).append(List.of(record));
    }

    private void refuseInApply() {
        recovery.refuseInApply();
        log.refuseInHandler();
    }

    /**
     * Appends records of one partition, all or none, with one write and at most one force. What the batch commits (records of no transaction, and transactions whose
     * Commit is among the records) is as durable as the level of the log promises when this returns. An empty batch does nothing.
     *
     * @param records Insert, Update, Delete, Begin, Commit and Rollback, all of this partition
     */
    public LsnRange batchAppend(int partition, List<WalRecord> records) {
        partitions.check(partition);
        checkOpen();
        recovery.refuseInApply();
        if (records.isEmpty()) {
            return new LsnRange(partition, log.status().nextLsns().of(partition), 0);
        }
        return new LsnRange(partition, callers.get(partition).append(records), records.size());
    }

    /**
     * Makes all that a partition has committed so far obsolete, and drops segments that nobody needs any more. With a state machine attached, its snapshot takes their place; without, it is the
     * caller's word that it holds the data.
     *
     * @throws CheckpointRefusedException if another one is running, or not all data would be in the snapshot
     * @throws WalStorageException if a file could not be written; the log is as it was
     */
    public CheckpointReport checkpoint(int partition) {
        partitions.check(partition);
        checkOpen();
        return checkpoint(List.of(partition));
    }

    /** As {@link #checkpoint(int)}, for all partitions in one go. */
    public CheckpointReport checkpointAll() {
        checkOpen();
        return checkpoint(IntStream.range(0, options.partitions()).boxed().toList());
    }

    /**
     * As {@link #checkpointAll()}, but of those partitions alone of which a checkpoint is of use, and not if nothing was committed since the last; and waits for one that is running.
     *
     * @return empty if nothing was committed since the last checkpoint of each partition
     */
    public Optional<CheckpointReport> checkpointChanged() {
        checkOpen();
        refuseInApply();
        return checkpoints.ofChanged();
    }

    private CheckpointReport checkpoint(List<Integer> checkpointed) {
        refuseInApply();
        return checkpoints.of(checkpointed);
    }

    /**
     * All records of each partition since its last checkpoint, in the order of their LSNs, without Checkpoint records. Holds them in memory: for large logs, {@link
     * #replay} does not.
     */
    public Map<Integer, List<WalRecord>> recover() {
        checkOpen();
        return reading.recover();
    }

    /**
     * Hands over the changes that were committed since the last checkpoint of each partition, in commit order, and those of a transaction in the order in which they were
     * written. Reads forward in bounded memory; runs beside writers, up to where the log is when it begins.
     */
    public void replay(ReplayHandler handler) {
        checkOpen();
        reading.replay(handler);
    }

    /**
     * Reads all records from a position on, to where the log is now.
     *
     * @param fromPosition of a batch, or between two; {@link dev.wal.common.WalOvertakenException#firstPosition()} names the first that is left
     * @throws dev.wal.common.WalOvertakenException if it was dropped
     * @throws IllegalArgumentException if it is negative or behind the end of the log
     */
    public WalCursor cursor(long fromPosition) {
        checkOpen();
        return WalCursor.ofPositions(log, () -> closed, options.partitions(), fromPosition);
    }

    /**
     * Reads the records of a partition from an LSN on, to where the log is now. Reading begins in the segment that holds it.
     *
     * @throws dev.wal.common.WalOvertakenException if it was dropped
     * @throws IllegalArgumentException if it is negative or higher than the next one to be given
     */
    public WalCursor cursor(int partition, long fromLsn) {
        partitions.check(partition);
        checkOpen();
        return WalCursor.ofLsns(log, () -> closed, options.partitions(), partition, fromLsn);
    }

    /**
     * Follows what is committed, from a position on. What a checkpoint drops before it was handed over is lost for this tailer, which is told so: only a consumer with an id has the log kept for it.
     *
     * @param fromPosition of the first commit that is wanted; {@link WalStatus#position()} for those to come
     * @throws dev.wal.common.WalOvertakenException if it was dropped
     * @throws IllegalArgumentException if it is negative or behind the end of the log
     */
    public WalTailer tail(long fromPosition) {
        checkOpen();
        return tailers.tail(fromPosition);
    }

    /**
     * Follows what is committed, for a consumer whose position is remembered: it goes on behind what it has acknowledged, and the log is kept for it meanwhile, up to {@link
     * WalOptions#maxRetainedForConsumers()}.
     *
     * @param consumer 1 to 100 ASCII letters, digits, dots, hyphens and underscores, the first a letter or digit
     * @param ifNewFrom position of the first commit that is wanted, if the consumer is not known yet
     * @throws IllegalStateException if another tailer of the consumer is open
     * @throws dev.wal.common.WalOvertakenException if the consumer is new, and that position was dropped
     * @throws WalCorruptedException if the position of the consumer cannot be read
     */
    public WalTailer tail(String consumer, long ifNewFrom) {
        checkOpen();
        return tailers.tail(consumer, ifNewFrom);
    }

    /**
     * Hands over what was committed since the last checkpoint of each partition, as {@link #replay} does, and then goes on with what is committed from now on: nothing is left out, and nothing comes twice. Holds the
     * log back no more than any tailer without a consumer's id does.
     *
     * @return a tailer without a consumer's id
     */
    public WalTailer tailFromCheckpoints() {
        checkOpen();
        return tailers.tailFromCheckpoints();
    }

    /**
     * Has a consumer go on elsewhere, before or behind where it is. One whose position cannot be read gets a new one, one that is not known is made.
     *
     * @param position of the first commit that it is handed over next
     * @throws IllegalStateException if it is in use
     * @throws dev.wal.common.WalOvertakenException if that position was dropped
     * @throws IllegalArgumentException if the position is negative or behind the end of the log
     * @throws WalStorageException if that could not be written: it goes on where it was
     */
    public void resetConsumer(String consumer, long position) {
        checkOpen();
        tailers.reset(consumer, position);
    }

    /** The first position that is left of the log: what is before was dropped, because checkpoints made it obsolete. */
    public long firstPosition() {
        return log.beginning();
    }

    /** The segments that there are, oldest first, and for whom each is kept; the last one is written to. */
    public List<WalSegment> segments() {
        return WalSegment.of(log, checkpointer.manifest(), consumers);
    }

    /** What listeners have given up, as files beside the log remember it. */
    public WalSkips skips() {
        return skips;
    }

    /** All consumers that are known, whether they are in use or not. */
    public List<WalConsumer> consumers() {
        return consumers.list();
    }

    /**
     * Forgets a consumer, and what a listener of this id has skipped; the log is not kept for it any more.
     *
     * @throws IllegalArgumentException if it is not known
     * @throws IllegalStateException if it is in use
     * @throws WalStorageException if its files could not be deleted: it is still known
     */
    public void removeConsumer(String consumer) {
        checkOpen();
        consumers.remove(consumer, skips);
    }

    /**
     * Copies the log into an empty or missing directory, with all that was committed before the call, beside writers and checkpoints. The copy is verified, and opens in mode {@link
     * dev.wal.common.RecoveryMode#STRICT}. If this throws, there is no copy.
     *
     * @throws WalStorageException if a file could not be read or written
     * @throws WalCorruptedException if the log could not be read
     * @throws IllegalArgumentException if the directory is not empty
     * @throws dev.wal.common.WalLockedException if the directory is in use
     */
    public CopyReport backup(Path target) {
        return backup(Storage.of(target));
    }

    CopyReport backup(Storage target) {
        checkOpen();
        return new Backup(storage, log, checkpointer, consumers).copyTo(target);
    }

    /** The last checkpoint of each partition that has one. */
    public Map<Integer, PartitionCheckpoint> checkpoints() {
        return reading.checkpoints();
    }

    /**
     * Runs an action while no commit is being applied to a state: between two transactions, in commit order. Commits wait for it; it must be quick and must not write. May be nested, so that states
     * can be seen at the same moment.
     *
     * @param action gets the position of the log up to which all commits are applied
     */
    public <T> T betweenCommits(LongFunction<T> action) {
        checkOpen();
        return log.betweenHandlers(point -> action.apply(point.position()));
    }

    /** Returns once all that was written before the call is forced, whatever the level of the log. */
    public void sync() {
        checkOpen();
        log.sync();
    }

    /** Chosen at random when the log was created, and never 0. A copy of a log, such as a backup, has the same. */
    public long logId() {
        return logId;
    }

    public WalOptions options() {
        return options;
    }

    /** What opening the log found and did, and attaching a state machine. */
    public RecoveryReport recoveryReport() {
        return recovery.report();
    }

    /** What automatic checkpoints have to know of the log. */
    CheckpointSource checkpointSource() {
        return new CheckpointSource(this, log, checkpointer, consumers);
    }

    /** The log at this moment; also after it failed or was closed. */
    public WalStatus status() {
        return WalStatus.of(storage.directory(), options.durability(), log, closed, reading.lastCheckpoints());
    }

    /** Whether it takes commits: it is neither closed nor has it failed. Costs nothing, unlike {@link #status()}, which looks at the directory. */
    public boolean isOpen() {
        return !closed && log.failure() == null;
    }

    private void checkOpen() {
        if (closed) {
            throw new WalClosedException(
                    "The log in " + storage.directory() + " is closed. Nothing of this call was written.");
        }
    }

    /**
     * Rolls back what callers left open, forces everything, and lets go of the directory. Commits that are under way are completed. Does nothing the second time; never throws for the
     * log's sake.
     *
     * @throws WriteInApplyException if a state that is being recovered calls this while it is restored, or a change is prepared for it or applied to it
     */
    @Override
    public void close() {
        recovery.refuseInApply();
        lifecycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try {
                callers.forEach(CallerTransactions::close);
            } finally {
                log.close();
            }
            checkpointer.closed();
            consumers.close();
            skips.close();
        } finally {
            Opening.letGo(directoryLock);
            lifecycle.unlock();
        }
    }
}
