package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.CommitModel.Change;
import dev.wal.InDoubtResolver.Decision;
import dev.wal.PreparedModel.Prepared;
import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes those steps of a {@link SimulatedLog} that write, and remembers what is open. */
final class SimulatedWriter {
    private final SimulatedLog log;
    private final SimulatedOutcomes outcomes;
    private final LsnModel lsns;
    private final PreparedModel prepared;
    private final ContentModel contents;
    private final Tally tally;
    private final Map<Integer, Open> transactions = new HashMap<>();

    /** Transactions of callers that are open, by partition and id: their changes. */
    private final Map<Change, List<Change>> callers = new HashMap<>();

    private long nextRow;

    /** A transaction of the engine that is open. */
    private record Open(
            WalTransaction transaction,
            Durability level,
            List<Change> changes,
            List<WalTransaction.Savepoint> savepoints,
            List<Integer> sizes) {
        private Open(WalTransaction transaction, Durability level) {
            this(transaction, level, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    SimulatedWriter(
            SimulatedLog log,
            SimulatedOutcomes outcomes,
            LsnModel lsns,
            PreparedModel prepared,
            ContentModel contents,
            Tally tally) {
        this.log = log;
        this.outcomes = outcomes;
        this.lsns = lsns;
        this.prepared = prepared;
        this.contents = contents;
        this.tally = tally;
    }

    /** What was open is so no more. */
    void opening() {
        callers.clear();
        transactions.clear();
    }

    private Change nextChange(int partition) {
        return new Change(partition, nextRow++);
    }

    // Transactions of the engine.

    void transact(Step.Transact step) {
        Open open = transactions.remove(step.number());
        if (open == null) {
            try {
                open = new Open(log.wal().begin(options(step.level())), step.level());
            } catch (WalException e) {
                assertThat(outcomes.hasFailed())
                        .as("whether the log had failed when it refused a transaction")
                        .isTrue();
                return;
            }
        }
        for (Step.Action action : step.actions()) {
            if (!act(open, action)) {
                open.transaction().rollback();
                return;
            }
        }
        if (step.ending() == Step.Ending.LEAVE_OPEN) {
            transactions.put(step.number(), open);
        } else {
            end(open, step.ending());
        }
    }

    private static TransactionOptions options(Durability level) {
        TransactionOptions options = TransactionOptions.defaults();
        return level == null ? options : options.withDurability(level);
    }

    /** Returns false if the transaction cannot go on. */
    private boolean act(Open open, Step.Action action) {
        if (action instanceof Step.Put put) {
            Change change = nextChange(put.partition());
            WalRecord.Data record = contents.write(change, put.size());
            if (outcomes.attempt(() -> RecordCalls.write(open.transaction(), record))) {
                open.changes().add(change);
            }
            return !outcomes.hasFailed();
        }
        if (action instanceof Step.Undo undo) {
            return undo.savepoint() >= open.savepoints().size() || undo(open, undo.savepoint());
        }
        open.savepoints().add(open.transaction().savepoint());
        open.sizes().add(open.changes().size());
        return true;
    }

    private boolean undo(Open open, int index) {
        boolean done = outcomes.attempt(
                () -> open.transaction().rollbackTo(open.savepoints().get(index)));
        truncate(open.changes(), open.sizes().get(index));
        truncate(open.savepoints(), index + 1);
        truncate(open.sizes(), index + 1);
        return done;
    }

    private static void truncate(List<?> list, int size) {
        list.subList(size, list.size()).clear();
    }

    private void end(Open open, Step.Ending ending) {
        WalTransaction transaction = open.transaction();
        if (open.changes().isEmpty()) {
            transaction.rollback();
            return;
        }
        switch (ending) {
            case COMMIT -> outcomes.commit(open.changes(), open.level(), () -> checkReceipt(transaction.commit()));
            case COMMIT_ASYNC -> outcomes.commitAsync(open.changes(), open.level(), transaction::commitAsync);
            case PREPARE, PREPARE_AND_COMMIT, PREPARE_AND_ROLL_BACK -> prepare(open, ending);
            default -> transaction.rollback();
        }
        transaction.close();
    }

    private void checkReceipt(CommitReceipt receipt) {
        long partitions =
                receipt.ranges().stream().map(LsnRange::partition).distinct().count();
        if (receipt.ranges().size() > partitions) {
            tally.add(Tally.Event.SPILLED_COMMITS);
        }
        lsns.committed(receipt);
    }

    private void prepare(Open open, Step.Ending ending) {
        WalTransaction transaction = open.transaction();
        Prepared promise = new Prepared(open.changes(), decision(ending, transaction.id()));
        SimulatedOutcomes.Outcome outcome = outcomes.prepare(transaction::prepare);
        if (outcome == SimulatedOutcomes.Outcome.REFUSED) {
            return;
        }
        prepared.add(transaction.id(), promise);
        if (outcome == SimulatedOutcomes.Outcome.UNKNOWN) {
            return;
        }
        promise.promised();
        if (ending == Step.Ending.PREPARE_AND_COMMIT) {
            outcomes.commit(promise, open.level(), transaction::commit);
        } else if (ending == Step.Ending.PREPARE_AND_ROLL_BACK) {
            promise.rollBackTried();
            outcomes.attempt(transaction::rollback);
        }
    }

    private static Decision decision(Step.Ending ending, long id) {
        return switch (ending) {
            case PREPARE_AND_COMMIT -> Decision.COMMIT;
            case PREPARE_AND_ROLL_BACK -> Decision.ROLL_BACK;
            default -> Decision.values()[(int) Math.floorMod(id, 3L)];
        };
    }

    /** Decides about a transaction that is in doubt, as it was decided before, if it was. */
    void resolve(int index) {
        List<InDoubtTransaction> inDoubt = log.wal().inDoubt();
        if (outcomes.hasFailed() || inDoubt.isEmpty()) {
            return;
        }
        long id = inDoubt.get(index % inDoubt.size()).transactionId();
        Prepared promise = prepared.get(id);
        if (promise.decision() == Decision.ROLL_BACK) {
            promise.rollBackTried();
            outcomes.attempt(() -> log.wal().resolve(id, Decision.ROLL_BACK));
        } else {
            outcomes.commit(promise, Durability.synchronous(), () -> log.wal().resolve(id, Decision.COMMIT));
        }
    }

    // Transactions of callers.

    void begin(int partition, int id) {
        if (outcomes.attempt(() -> log.wal().logBegin(partition, id, 0))) {
            callers.put(new Change(partition, id), new ArrayList<>());
        }
    }

    void put(int partition, int id, int size) {
        List<Change> changes = callers.get(new Change(partition, id));
        Change change = nextChange(partition);
        WalRecord.Data record = contents.write(change, size);
        Runnable put = () -> lsns.written(change, RecordCalls.log(log.wal(), id, record));
        if (changes == null) {
            refused(put);
        } else if (outcomes.attempt(put)) {
            changes.add(change);
        }
    }

    void end(int partition, int id, boolean commit) {
        List<Change> changes = callers.get(new Change(partition, id));
        if (changes == null) {
            refused(() -> log.wal().logCommit(partition, id, 0));
            return;
        }
        boolean ended = commit
                ? outcomes.commit(changes, null, () -> log.wal().logCommit(partition, id, nextRow))
                        != SimulatedOutcomes.Outcome.REFUSED
                : outcomes.attempt(() -> log.wal().logRollback(partition, id));
        if (ended) {
            callers.remove(new Change(partition, id));
        }
    }

    /** A caller's mistake changes nothing. */
    private void refused(Runnable mistake) {
        if (!outcomes.hasFailed()) {
            long before = log.wal().status().position();
            assertThatThrownBy(mistake::run)
                    .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
            assertThat(log.wal().status().position()).isEqualTo(before);
        }
    }

    void putAlone(int partition, int size) {
        List<List<Change>> open = openCallers(partition);
        Change change = nextChange(partition);
        WalRecord.Data record = contents.write(change, size);
        Runnable put = () -> lsns.written(change, RecordCalls.log(log.wal(), record));
        if (open.isEmpty()) {
            outcomes.commit(List.of(change), null, put);
        } else if (open.size() > 1) {
            refused(put);
        } else if (outcomes.attempt(put)) {
            open.get(0).add(change);
        }
    }

    private List<List<Change>> openCallers(int partition) {
        return callers.entrySet().stream()
                .filter(entry -> entry.getKey().partition() == partition)
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A transaction, and a row of none if that cannot be taken for one of a transaction that is open. */
    void appendBatch(Step.AppendBatch step) {
        int partition = step.partition();
        int id = 1_000;
        List<Change> changes = new ArrayList<>();
        List<WalRecord> records = new ArrayList<>();
        records.add(new WalRecord.Begin(id, partition, 0));
        for (int i = 0; i < step.rows(); i++) {
            Change change = nextChange(partition);
            changes.add(change);
            records.add(contents.write(change, step.size()).withTransactionId(id));
        }
        records.add(new WalRecord.Commit(id, partition, 0));
        if (openCallers(partition).isEmpty()) {
            Change alone = nextChange(partition);
            changes.add(alone);
            records.add(contents.write(alone, step.size()));
        }
        outcomes.commit(changes, null, () -> {
            LsnRange range = log.wal().batchAppend(partition, records);
            for (int i = 0; i < step.rows(); i++) {
                lsns.written(changes.get(i), range.first() + 1 + i);
            }
        });
    }
}
