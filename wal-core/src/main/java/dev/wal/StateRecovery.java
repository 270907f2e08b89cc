package dev.wal;

import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WriteInApplyException;
import dev.wal.log.Log;
import dev.wal.recovery.RecoveryReport;
import dev.wal.storage.Storage;
import java.util.Arrays;
import java.util.List;

/**
 * Has the state machine of a log recovered from its snapshots and the log, before anything is written. Changed by one thread at a time, which holds {@link WalManager}'s lock; asked by any.
 */
final class StateRecovery {
    private final Storage storage;
    private final Log log;
    private final Checkpointer checkpointer;
    private final Transactions transactions;
    private final Reading reading;
    private volatile RecoveryReport report;

    /** Those that are in the code of the state. */
    private final RecoveringThreads inside = new RecoveringThreads();

    /** Where the log was before anybody wrote to it. */
    private long[] unwrittenLsns;

    /** @param report of opening the log */
    StateRecovery(
            Storage storage,
            Log log,
            Checkpointer checkpointer,
            Transactions transactions,
            Reading reading,
            RecoveryReport report) {
        this.storage = storage;
        this.log = log;
        this.checkpointer = checkpointer;
        this.transactions = transactions;
        this.reading = reading;
        this.report = report;
        this.unwrittenLsns = nextLsns();
    }

    private long[] nextLsns() {
        return log.status().nextLsns().toArray();
    }

    /** Whether nobody has written to the log yet. */
    boolean isUnwritten() {
        return Arrays.equals(nextLsns(), unwrittenLsns);
    }

    /** What was written until now does not count: a state machine that is attached later is told of it by the log. */
    void unwrittenUntilNow() {
        unwrittenLsns = nextLsns();
    }

    /** What opening the log and attaching a state machine found and did. */
    RecoveryReport report() {
        return report;
    }

    /** @throws WriteInApplyException if this thread restores a state machine that is being recovered, or prepares a change for it or applies one to it */
    void refuseInApply() {
        if (inside.isInside()) {
            throw new WriteInApplyException();
        }
    }

    /**
     * Recovers a state machine, and has it told of commits from then on. If this throws, the log must be closed: it must take neither commits, which would rest on a part of a state, nor checkpoints, which would drop what
     * was not recovered.
     *
     * @return how many changes were applied from the log
     */
    long attach(StateMachine machine) {
        StateRestorer.Restored restored =
                new StateRestorer(storage, checkpointer, log.threads(), inside).restore(machine);
        report = report.withFallbacks(restored.fallbacks());
        long applied = replay(machine, restored.from());
        checkpointer.attach(machine);
        transactions.attach(machine);
        if (!isUnwritten()) {
            throw new IllegalStateException("Something was written to the log in " + storage.directory()
                    + " while a state machine was attached, which may not have been told of it. The log was closed:"
                    + " open it again, and write only after attaching.");
        }
        return applied;
    }

    /** @throws IllegalStateException if something was written, or another state machine is attached */
    void refuseUnlessFirst() {
        if (transactions.stateMachine() != null || !isUnwritten()) {
            throw new IllegalStateException(
                    "A state machine must be attached once, before anything is written to the log");
        }
    }

    private long replay(StateMachine machine, List<PartitionCheckpoint> from) {
        try (ReplayedChanges changes = new ReplayedChanges(machine, storage.directory(), log.threads(), inside)) {
            reading.replay(from, changes);
            return changes.finish();
        }
    }
}
