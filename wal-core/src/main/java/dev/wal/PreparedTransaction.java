package dev.wal;

import dev.wal.common.Durability;
import dev.wal.log.Batch;
import dev.wal.record.RecordEncoder;
import dev.wal.recovery.BatchSink;
import dev.wal.recovery.PreparedFrames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transaction that has promised that it can be committed, and is decided once. Safe for use by several threads. */
final class PreparedTransaction {
    private final Transactions owner;
    private final PreparedFrames prepared;
    private final AtomicReference<InDoubtResolver.@Nullable Decision> decided = new AtomicReference<>();

    /** Whether what was decided has happened. */
    private volatile boolean settled;

    /** The transaction of this open that made the promise, if there is one. */
    private @Nullable Consumer<WalTransaction.Outcome> maker;

    /** What it has written, so that it need not be read back; null if it is too much, or long ago. */
    private volatile PreparedOperations.@Nullable Placed operations;

    PreparedTransaction(Transactions owner, PreparedFrames prepared, PreparedOperations.@Nullable Placed operations) {
        this.owner = owner;
        this.prepared = prepared;
        this.operations = operations;
    }

    /** Lets go of the memory that it takes. */
    void leaveMemory() {
        operations = null;
    }

    /** Has the one who made the promise told when it was settled by {@link #toldAsDecidedElsewhere}. Comes before anybody can decide. */
    void onDecidedElsewhere(Consumer<WalTransaction.Outcome> told) {
        maker = told;
    }

    /** Tells the one who made the promise what became of it, if that is settled. */
    void toldAsDecidedElsewhere() {
        WalTransaction.Outcome outcome = outcome();
        if (maker != null && outcome != null) {
            maker.accept(outcome);
        }
    }

    long id() {
        return prepared.transactionId();
    }

    InDoubtTransaction describe() {
        return new InDoubtTransaction(
                id(),
                prepared.partitions(),
                prepared.position(),
                Instant.EPOCH.plus(prepared.preparedMicros(), ChronoUnit.MICROS));
    }

    /**
     * Decides to commit, and makes the batch that does; the caller commits it, or calls {@link #undecide()} if it was refused.
     *
     * @throws IllegalStateException if it is decided already
     */
    Batch commitBatch(@Nullable Durability durability) {
        decide(InDoubtResolver.Decision.COMMIT);
        Batch batch =
                new Batch(RecordEncoder.COMMIT_SIZE * prepared.partitions().size(), null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        prepared.partitions().forEach(partition -> encoder.commit(id(), partition));
        batch.durability(durability);
        // The promise holds also where there is no room for anything else; and what is undecided keeps segments from
        // being dropped.
        batch.mayUse(Batch.Reserve.OUTCOME);
        StateMachine machine = owner.stateMachine();
        batch.onCommit(committed -> {
            if (machine != null) {
                apply(machine, committed);
            }
            owner.undecided().remove(id());
            settled = true;
        });
        return batch;
    }

    private void apply(StateMachine machine, Batch committed) {
        PreparedOperations.Placed inMemory = operations;
        if (inMemory != null) {
            inMemory.apply(committed);
        } else {
            owner.readBack().apply(machine, id(), prepared.frames(), committed);
        }
    }

    /**
     * Rolls back. The record is not forced.
     *
     * @throws IllegalStateException if it is decided already
     * @throws dev.wal.common.WalException if nothing was written; it stays in doubt then
     */
    void rollback() {
        decide(InDoubtResolver.Decision.ROLL_BACK);
        try {
            Batch batch = Transactions.rollbackBatch(id(), prepared.partitions());
            batch.mayUse(Batch.Reserve.OUTCOME);
            owner.log().append(batch);
        } catch (RuntimeException | Error e) {
            undecide();
            throw e;
        }
        owner.undecided().remove(id());
        settled = true;
    }

    private void decide(InDoubtResolver.Decision decision) {
        if (!decided.compareAndSet(null, decision)) {
            throw decidedAlready(decided.get());
        }
    }

    /** @throws IllegalStateException if it is decided already */
    void checkUndecided() {
        InDoubtResolver.Decision decision = decided.get();
        if (decision != null) {
            throw decidedAlready(decision);
        }
    }

    private IllegalStateException decidedAlready(InDoubtResolver.@Nullable Decision decision) {
        return new IllegalStateException("Transaction " + id() + " is decided already: " + decision);
    }

    /** What became of it, or null as long as that is open. */
    WalTransaction.@Nullable Outcome outcome() {
        if (!settled) {
            return null;
        }
        return decided.get() == InDoubtResolver.Decision.COMMIT
                ? WalTransaction.Outcome.COMMITTED
                : WalTransaction.Outcome.ROLLED_BACK;
    }

    /** Nothing of the outcome was written. */
    void undecide() {
        decided.set(null);
    }
}
