package dev.wal;

import dev.wal.common.WalLimitException;
import dev.wal.common.WalSpaceException;
import dev.wal.log.Batch;
import dev.wal.record.RecordEncoder;
import dev.wal.record.WalRecord;
import dev.wal.recovery.PreparedFrames;
import dev.wal.segment.FrameFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a transaction has written: in memory as long as it is small, in the log once it has outgrown that; see docs/transactions.md. Makes the
 * batches that end it. For one thread at a time.
 */
final class TransactionContent {
    private static final Logger logger = LoggerFactory.getLogger(TransactionContent.class);

    /** Of transactions of which no state machine is told. */
    private static final PreparedOperations NONE = new PreparedOperations();

    private final Transactions owner;
    private final @Nullable StateMachine stateMachine;
    private final long id;
    private final TransactionBuffer buffer;

    /** What the state machine will be told; empty if there is none, or once it has to be read back from the log. */
    private final PreparedOperations operations;

    /** What is in the log already; null as long as nothing is. */
    private @Nullable LoggedPart logged;

    private int operationCount;

    /** Whether checkpoints were told that something is, or is about to be, in the log. */
    private boolean undecided;

    TransactionContent(Transactions owner, @Nullable StateMachine stateMachine, int isolationLevel, long id) {
        this.owner = owner;
        this.stateMachine = stateMachine;
        this.operations = stateMachine == null ? NONE : new PreparedOperations();
        this.id = id;
        this.buffer = new TransactionBuffer(
                owner.maxSize(), stateMachine == null ? 1 : 3, owner.memory(), id, isolationLevel);
    }

    int operationCount() {
        return operationCount;
    }

    boolean isInLog() {
        return logged != null;
    }

    boolean isEmpty() {
        return operationCount == 0 && logged == null;
    }

    /** Adds an operation, or throws and adds nothing. */
    void add(WalRecord.Data record) {
        PreparedChange prepared = stateMachine == null ? null : stateMachine.prepare(record);
        if (buffer.isFull()) {
            spill();
        }
        int length = buffer.batch().length();
        boolean first = !touches(record.partition());
        buffer.add(record, first);
        if (sizeWithOutcome(first) > owner.log().maxFrameSize()) {
            int bytes = buffer.batch().length() - length;
            buffer.takeBack(length, record.partition(), first);
            refuseIfTooLarge(bytes, first);
            spill();
            buffer.add(record, first);
        }
        operationCount++;
        if (logged != null) {
            logged.touched().addOperation(record.partition());
        } else if (prepared != null) {
            operations.add(record, prepared);
        }
        if (buffer.isOverMemory()) {
            spillIfThereIsRoom();
        }
    }

    private boolean touches(int partition) {
        LoggedPart part = logged;
        return part == null
                ? buffer.batch().contains(partition)
                : part.touched().contains(partition);
    }

    /**
     * Bytes that the frame of the batch takes with all that may have to follow in it: a Commit for each partition, and, once something is in
     * the log, a RollbackTo.
     *
     * @param first whether the last operation is the first of its partition
     */
    private long sizeWithOutcome(boolean first) {
        Batch batch = buffer.batch();
        LoggedPart part = logged;
        if (part == null) {
            return batch.frameSize() + (long) batch.entries() * RecordEncoder.COMMIT_SIZE;
        }
        return batch.frameSize() + outcomeSize(part.touched().size() + (first ? 1 : 0));
    }

    private static long outcomeSize(int partitions) {
        return (long) partitions
                * (FrameFormat.ENTRY_SIZE + RecordEncoder.COMMIT_SIZE + RecordEncoder.ROLLBACK_TO_SIZE);
    }

    /** Refuses an operation that does not fit a frame even if no other is in it. */
    private void refuseIfTooLarge(int bytes, boolean first) {
        LoggedPart part = logged;
        int touched = (part == null ? buffer.batch().entries() : part.touched().size()) + (first ? 1 : 0);
        long size = FrameFormat.size(1, bytes) + outcomeSize(touched);
        if (size > owner.log().maxFrameSize()) {
            throw new WalLimitException("An operation of transaction " + id + " would take " + size
                    + " bytes, with the outcome of the transaction in " + touched + " partitions; a segment takes "
                    + owner.log().maxFrameSize()
                    + ". It was not added; the transaction can be committed or rolled back without it."
                    + " Write smaller rows, or use larger segments.");
        }
    }

    /** Writes what is in memory to the log, without an outcome. */
    private void spill() {
        LoggedPart part = beginInLog();
        owner.log().append(buffer.batch());
        appended(part, buffer.batch());
        buffer.renew();
    }

    private void spillIfThereIsRoom() {
        try {
            spill();
        } catch (WalSpaceException | IllegalStateException e) {
            // The operation was added, and stays in memory. The next one is refused, if the log still does not take
            // more.
            logger.debug("Transaction {} stays in memory", id, e);
        }
    }

    /** What was written for another state machine, or for none, would never reach the one that there is now. */
    private void refuseIfAttachedSince() {
        if (owner.stateMachine() != stateMachine) {
            throw new IllegalStateException("Transaction " + id
                    + " began before a state machine was attached, which would not be told of it. Nothing was written:"
                    + " roll it back, and begin transactions only after attaching.");
        }
    }

    /** Makes sure that no checkpoint drops what is going to be written. */
    private LoggedPart beginInLog() {
        refuseIfAttachedSince();
        LoggedPart part = logged;
        if (part == null) {
            owner.undecided().add(id, owner.log().appended());
            undecided = true;
            part = new LoggedPart(TouchedPartitions.of(buffer.batch()));
        }
        return part;
    }

    private void appended(LoggedPart part, Batch batch) {
        part.append(batch);
        logged = part;
        if (stateMachine != null) {
            // From now on all of them are read back.
            operations.truncate(0);
        }
    }

    /** What was written at a moment. */
    record Mark(Batch.Mark inMemory, int operations, int batches, TouchedPartitions touched) {}

    Mark mark() {
        LoggedPart part = logged;
        return part == null
                ? new Mark(buffer.batch().mark(), operationCount, 0, TouchedPartitions.of(buffer.batch()))
                : new Mark(
                        buffer.batch().mark(),
                        operationCount,
                        part.batches(),
                        part.touched().copy());
    }

    /** Undoes what came after a mark, which must not have been undone itself. */
    void reset(Mark mark) {
        LoggedPart part = logged;
        if (part == null) {
            buffer.reset(mark.inMemory());
            if (stateMachine != null) {
                operations.truncate(mark.operations());
            }
        } else if (part.batches() == mark.batches()) {
            buffer.reset(mark.inMemory());
            part.undoneInMemory(mark.touched());
        } else {
            undoInLog(part, mark.touched());
        }
        operationCount = mark.operations();
    }

    private void undoInLog(LoggedPart part, TouchedPartitions savepoint) {
        buffer.clear();
        TouchedPartitions inLog = part.inLog();
        for (int i = 0; i < inLog.size(); i++) {
            if (inLog.operations(i) > savepoint.operations(i)) {
                buffer.encoder().rollbackTo(id, inLog.partition(i), savepoint.operations(i));
            }
        }
        part.undoneInLog(savepoint);
    }

    /** Writes the promise that this can be committed, and returns once that is forced. */
    PreparedTransaction prepare(TransactionOptions options) {
        boolean inMemory = logged == null && stateMachine != null;
        LoggedPart part = beginInLog();
        Batch batch = buffer.batch();
        List<Integer> touched = part.touched().toList();
        touched.forEach(partition -> buffer.encoder().prepare(id, partition));
        batch.durability(owner.forced(options.durability()));
        batch.commitsNothing();
        owner.log().commit(batch);
        PreparedOperations.Placed placed = inMemory ? operations.placed(batch) : null;
        appended(part, batch);
        if (inMemory) {
            buffer.renewKeepingMemory();
        } else {
            buffer.renew();
        }
        return new PreparedTransaction(
                owner,
                new PreparedFrames(id, touched, part.frames(), batch.position(), batch.commitTimeMicros()),
                placed);
    }

    /** The batch in memory; after {@link #commitBatch} that which commits. */
    Batch batch() {
        return buffer.batch();
    }

    /** The batch that commits, complete but for its place. */
    Batch commitBatch(TransactionOptions options) {
        refuseIfAttachedSince();
        Batch batch = buffer.batch();
        batch.durability(options.durability());
        LoggedPart part = logged;
        if (part != null) {
            boolean hasOperations = !batch.isEmpty();
            for (int i = 0; i < part.touched().size(); i++) {
                buffer.encoder().commit(id, part.touched().partition(i));
            }
            batch.onCommit(committed -> applyLogged(part, committed, hasOperations));
            return batch;
        }
        int entries = batch.entries();
        for (int i = 0; i < entries; i++) {
            buffer.encoder().commit(id, batch.partition(i));
        }
        if (stateMachine != null) {
            batch.onCommit(operations::apply);
        }
        return batch;
    }

    /** Applies a transaction that is in the log in several batches; called in log order, once the last one is durable enough. */
    private void applyLogged(LoggedPart part, Batch committed, boolean hasOperations) {
        if (hasOperations) {
            part.frames().add(committed.position());
        }
        if (stateMachine != null) {
            owner.readBack().apply(stateMachine, id, part.frames(), committed);
        }
        owner.undecided().remove(id);
    }

    CommitReceipt receipt(Batch committed) {
        List<LsnRange> ranges = LoggedPart.ranges(committed);
        LoggedPart part = logged;
        if (part != null) {
            List<LsnRange> all = new ArrayList<>(part.ranges());
            all.addAll(ranges);
            ranges = all;
        }
        return new CommitReceipt(committed.position(), ranges);
    }

    /** A batch that says that this was rolled back. */
    Batch rollbackBatch(int isolationLevel) {
        LoggedPart part = logged;
        return part == null
                ? Transactions.beginAndRollbackBatch(
                        id, TouchedPartitions.of(buffer.batch()).toList(), isolationLevel)
                : Transactions.rollbackBatch(id, part.inLog().toList());
    }

    /** Lets the memory go that the transaction takes. */
    void releaseMemory() {
        buffer.release();
    }

    /**
     * Lets go of what the transaction holds.
     *
     * @param ofLog whether what it wrote to the log is needed no longer, too
     */
    void release(boolean ofLog) {
        buffer.release();
        if (ofLog && undecided) {
            owner.undecided().remove(id);
        }
    }
}
