package dev.wal;

import dev.wal.common.Durability;
import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.record.RecordEncoder;
import dev.wal.recovery.BatchSink;
import dev.wal.recovery.PreparedFrames;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactions of the engine on one log, and what they share. Safe for use by several threads. */
final class Transactions {
    private static final Logger logger = LoggerFactory.getLogger(Transactions.class);

    private final Log log;
    private final PartitionCheck partitions;
    private final Durability durability;
    private final int maxSize;
    private final TransactionIds ids;
    private final TransactionMemory memory;
    private final UndecidedTransactions undecided = new UndecidedTransactions();
    private final ReadBack readBack;
    private volatile @Nullable StateMachine stateMachine;

    Transactions(Log log, PartitionCheck partitions, WalOptions options, int incarnation) {
        this.log = log;
        this.partitions = partitions;
        this.durability = options.durability();
        this.maxSize = options.maxTransactionSize();
        this.ids = new TransactionIds(incarnation);
        this.memory = new TransactionMemory(maxSize);
        this.readBack = new ReadBack(log, options.partitions());
    }

    void attach(StateMachine machine) {
        stateMachine = machine;
    }

    WalTransaction begin(TransactionOptions options) {
        log.throwIfFailed();
        return new WalTransaction(this, stateMachine, options, ids.next());
    }

    /** Takes over what an earlier incarnation left in doubt, and has a resolver decide. */
    void takeOver(List<PreparedFrames> inDoubt, InDoubtResolver resolver) {
        for (PreparedFrames found : inDoubt) {
            undecided.add(found.transactionId(), found.frames().first());
            undecided.prepared(new PreparedTransaction(this, found, null));
        }
        for (InDoubtTransaction transaction : undecided.inDoubt()) {
            InDoubtResolver.Decision decision = resolver.decide(transaction);
            if (decision == InDoubtResolver.Decision.LEAVE) {
                logger.warn(
                        "{} is in doubt: it was prepared, and nobody has decided about it. What it wrote stays in the log until then",
                        transaction);
            } else {
                resolve(transaction.transactionId(), decision);
                logger.info("{} was in doubt; decided: {}", transaction, decision);
            }
        }
    }

    void resolve(long transactionId, InDoubtResolver.Decision decision) {
        PreparedTransaction transaction = undecided.findPrepared(transactionId);
        if (transaction == null) {
            throw new IllegalArgumentException("No transaction " + transactionId
                    + " is in doubt: it was decided already, or never prepared. Nothing was written.");
        }
        switch (decision) {
            case COMMIT -> commit(transaction);
            case ROLL_BACK -> {
                transaction.rollback();
                transaction.toldAsDecidedElsewhere();
                log.sync();
            }
            case LEAVE -> {}
        }
    }

    /** A batch that says that a transaction of which nothing is in the log was rolled back. */
    static Batch beginAndRollbackBatch(long transactionId, List<Integer> touched, int isolationLevel) {
        Batch batch = new Batch(64 * touched.size(), null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        touched.forEach(partition -> {
            encoder.begin(transactionId, partition, isolationLevel);
            encoder.rollback(transactionId, partition);
        });
        batch.holdsNothing();
        return batch;
    }

    private void commit(PreparedTransaction transaction) {
        Batch batch = transaction.commitBatch(forced(null));
        try {
            log.commit(batch);
        } finally {
            if (batch.position() < 0) {
                transaction.undecide();
            }
            transaction.toldAsDecidedElsewhere();
        }
    }

    /** A level that forces: the one that was asked for, or else that of the log, if it does. */
    Durability forced(@Nullable Durability wanted) {
        if (wanted != null && wanted.forcesBeforeCommitReturns()) {
            return wanted;
        }
        return durability.forcesBeforeCommitReturns() ? durability : Durability.groupCommit();
    }

    /** A batch with a Rollback of a transaction that is in the log, for each partition that it wrote to. */
    static Batch rollbackBatch(long transactionId, List<Integer> touched) {
        Batch batch = new Batch(RecordEncoder.ROLLBACK_SIZE * touched.size(), null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        touched.forEach(partition -> encoder.rollback(transactionId, partition));
        batch.holdsNothing();
        return batch;
    }

    Log log() {
        return log;
    }

    PartitionCheck partitions() {
        return partitions;
    }

    /** Bytes of a transaction that stay in memory. */
    int maxSize() {
        return maxSize;
    }

    TransactionMemory memory() {
        return memory;
    }

    UndecidedTransactions undecided() {
        return undecided;
    }

    ReadBack readBack() {
        return readBack;
    }

    @Nullable
    StateMachine stateMachine() {
        return stateMachine;
    }
}
