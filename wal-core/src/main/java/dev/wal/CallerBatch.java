package dev.wal;

import dev.wal.log.Batch;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of a caller's records means, found out before anything of it is written: which transaction each record belongs to, and what the batch commits. A batch that
 * makes no sense is refused by the constructor.
 */
final class CallerBatch {
    private final int partition;
    private final Map<Long, CallerTransaction> openBefore;
    private final List<WalRecord> records = new ArrayList<>();
    private final List<Committed> committed = new ArrayList<>();

    /** Transactions that begin in this batch and are still open so far: indexes of their Begins and of their operations. */
    private final Map<Long, Begun> begun = new HashMap<>();

    /** Transactions of before that have ended so far, or were begun anew. */
    private final Set<Long> ended = new HashSet<>();

    /** Transactions of before with operations in this batch. */
    private final Set<Long> continued = new HashSet<>();

    private final List<CallerTransaction> committing = new ArrayList<>();
    private boolean commits;
    private boolean onlyRollsBack = true;

    /** A transaction that began in the batch. */
    record Begun(int beginIndex, List<Integer> operations) {}

    /**
     * What the batch commits: an operation of its own, or a whole transaction of before.
     *
     * @param index of the operation, or of the Commit
     * @param commitTs null stands for the time of the batch
     * @param hasOperations whether operations of the transaction of before are in this batch
     */
    private record Committed(
            int index, @Nullable Long commitTs, @Nullable CallerTransaction earlier, boolean hasOperations) {}

    CallerBatch(int partition, Map<Long, CallerTransaction> open, List<? extends WalRecord> given) {
        this.partition = partition;
        this.openBefore = open;
        for (WalRecord record : given) {
            if (record.partition() != partition) {
                throw new IllegalArgumentException("A record of partition " + record.partition()
                        + " was given for partition " + partition + ". Nothing was written.");
            }
            add(record);
        }
    }

    private void add(WalRecord record) {
        onlyRollsBack &= record instanceof WalRecord.Begin || record instanceof WalRecord.Rollback;
        if (record instanceof WalRecord.Data data) {
            addData(data);
            return;
        }
        long id = record.transactionId();
        if (record instanceof WalRecord.Begin) {
            checkId(id);
            end(id);
            begun.put(id, new Begun(records.size(), new ArrayList<>()));
        } else if (record instanceof WalRecord.Commit commit) {
            checkOpen(id);
            commit(id, commit.commitTs());
            end(id);
        } else if (record instanceof WalRecord.Rollback) {
            checkOpen(id);
            end(id);
        } else {
            throw new IllegalArgumentException(record.getClass().getSimpleName()
                    + " records are written by the engine alone. Nothing was written.");
        }
        records.add(record);
    }

    private void addData(WalRecord.Data data) {
        int index = records.size();
        long id = data.transactionId();
        if (id == WalRecord.NO_TRANSACTION) {
            Set<Long> open = open();
            if (open.isEmpty()) {
                commits = true;
                committed.add(new Committed(index, null, null, false));
                records.add(data);
                return;
            }
            if (open.size() > 1) {
                throw new IllegalArgumentException("Several transactions are open in partition " + partition + " ("
                        + open + "): say to which of them the record belongs. Nothing was written.");
            }
            id = open.iterator().next();
        } else {
            checkOpen(id);
        }
        Begun own = begun.get(id);
        if (own != null) {
            own.operations().add(index);
        } else {
            continued.add(id);
        }
        records.add(data.transactionId() == id ? data : data.withTransactionId(id));
    }

    private void commit(long id, long commitTs) {
        commits = true;
        Begun own = begun.get(id);
        CallerTransaction before = openBefore.get(id);
        if (own != null) {
            own.operations().forEach(index -> committed.add(new Committed(index, commitTs, null, false)));
        } else if (before != null) {
            committed.add(new Committed(records.size(), commitTs, before, continued.contains(id)));
            committing.add(before);
        }
    }

    private void end(long id) {
        begun.remove(id);
        continued.remove(id);
        if (openBefore.containsKey(id)) {
            ended.add(id);
        }
    }

    private Set<Long> open() {
        if (begun.isEmpty() && ended.isEmpty()) {
            return openBefore.keySet();
        }
        Set<Long> open = new HashSet<>(openBefore.keySet());
        open.removeAll(ended);
        open.addAll(begun.keySet());
        return open;
    }

    private void checkOpen(long id) {
        checkId(id);
        if (!begun.containsKey(id) && (!openBefore.containsKey(id) || ended.contains(id))) {
            throw new IllegalArgumentException(
                    "No transaction " + id + " is open in partition " + partition + ". Nothing was written.");
        }
    }

    private static void checkId(long id) {
        if (id < 0) {
            throw new IllegalArgumentException(
                    "Transaction ids of callers are not negative, but this one is " + id + ". Nothing was written.");
        }
    }

    List<WalRecord> records() {
        return records;
    }

    /** Whether anything is committed, so that there is something to wait for. */
    boolean commits() {
        return commits;
    }

    boolean holdsNothing() {
        return onlyRollsBack && begun.isEmpty();
    }

    /** Transactions of before that the batch commits. */
    List<CallerTransaction> committing() {
        return committing;
    }

    /** Transactions of before that are not open any more. */
    Set<Long> ended() {
        return ended;
    }

    /** Transactions that began in the batch and are open behind it. */
    Map<Long, Begun> begun() {
        return begun;
    }

    /** Transactions that were open before the batch and are behind it, and have operations in it. */
    Set<Long> continued() {
        return continued;
    }

    /** Hands the committed changes to a state machine; once the batch is committed. */
    void apply(StateMachine machine, ReadBack readBack, Batch batch) {
        for (Committed change : committed) {
            long time = change.commitTs() == null ? batch.commitTimeMicros() : change.commitTs();
            CallerTransaction earlier = change.earlier();
            if (earlier == null) {
                WalRecord.Data record = (WalRecord.Data) records.get(change.index());
                machine.prepare(record)
                        .apply(new WalChange(record, batch.firstLsn(0) + change.index(), batch.position(), time));
            } else {
                if (change.hasOperations()) {
                    earlier.frames().add(batch.position());
                }
                readBack.apply(machine, partition, earlier.id(), earlier.frames(), change.index(), batch, time);
            }
        }
    }
}
