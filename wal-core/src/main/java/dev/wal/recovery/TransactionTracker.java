package dev.wal.recovery;

import dev.wal.log.FrameVisitor;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows the transactions of a log from its first frame to its last, and counts. Memory grows with the undecided ones alone. */
final class TransactionTracker implements FrameVisitor {
    private final RecordCursor cursor;
    private final Map<TransactionKey, Undecided> undecided = new HashMap<>();
    private final long[] records;
    private final long[] committed;
    private final long[] rolledBack;
    private final long[] discarded;
    private final long[] firstLsns;
    private final long[] lastLsns;
    private long transactions;

    /** A transaction without an outcome so far. */
    static final class Undecided {
        private final Set<Integer> partitions = new LinkedHashSet<>();
        private final TransactionFrames frames = new TransactionFrames(0);
        private boolean prepared;
        private long preparedPosition;
        private long preparedMicros;

        Set<Integer> partitions() {
            return partitions;
        }
    }

    TransactionTracker(int partitions) {
        cursor = new RecordCursor(partitions);
        records = new long[partitions];
        committed = new long[partitions];
        rolledBack = new long[partitions];
        discarded = new long[partitions];
        firstLsns = new long[partitions];
        lastLsns = new long[partitions];
        Arrays.fill(firstLsns, -1);
        Arrays.fill(lastLsns, -1);
    }

    @Override
    public void frame(Frame frame) {
        if (!frame.isBatch()) {
            return;
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            int partition = frame.partition(entry);
            records[partition] += frame.count(entry);
            lastLsns[partition] = frame.firstLsn(entry) + frame.count(entry) - 1;
            if (firstLsns[partition] < 0) {
                firstLsns[partition] = frame.firstLsn(entry);
            }
        }
        boolean committedAlone = false;
        cursor.reset(frame.payload(), frame.position(), frame.commitTimeMicros());
        long transactionId = WalRecord.NO_TRANSACTION;
        while (cursor.next()) {
            transactionId = cursor.transactionId();
            if (cursor.isData()) {
                if (cursor.transactionId() == WalRecord.NO_TRANSACTION && !committedAlone) {
                    committedAlone = true;
                    transactions++;
                    committed[cursor.partition()]++;
                }
            } else {
                decide(frame);
            }
        }
        if (!undecided.isEmpty() && TransactionKey.isOfEngine(transactionId)) {
            rememberFrame(frame, transactionId);
        }
    }

    /** A frame with records of a transaction of the engine has no others. Only such transactions can be prepared, and have to be found again. */
    private void rememberFrame(Frame frame, long transactionId) {
        Undecided found = undecided.get(TransactionKey.of(0, transactionId));
        if (found != null) {
            found.frames.add(frame.position());
        }
    }

    private void decide(Frame frame) {
        int partition = cursor.partition();
        TransactionKey key = TransactionKey.of(partition, cursor.transactionId());
        if (cursor.isBegin()) {
            begin(key, partition);
        } else if (cursor.isCommit()) {
            if (undecided.remove(key) != null) {
                transactions++;
            }
            committed[partition]++;
        } else if (cursor.isRollback()) {
            undecided.remove(key);
            rolledBack[partition]++;
        } else if (cursor.isPrepare()) {
            Undecided found = undecided.get(key);
            if (found != null) {
                found.prepared = true;
                found.preparedPosition = frame.position();
                found.preparedMicros = frame.commitTimeMicros();
            }
        } else if (cursor.isRollbackTo()) {
            Undecided found = undecided.get(key);
            if (found != null) {
                found.frames.partlyUndone();
            }
        }
    }

    private void begin(TransactionKey key, int partition) {
        Undecided found = undecided.get(key);
        if (found != null && !TransactionKey.isOfEngine(key.transactionId())) {
            discarded[partition]++;
            found = null;
        }
        if (found == null) {
            found = new Undecided();
            undecided.put(key, found);
        }
        found.partitions.add(partition);
    }

    /** Transactions that have neither an outcome nor a promise. */
    Map<TransactionKey, Undecided> losers() {
        Map<TransactionKey, Undecided> losers = new HashMap<>(undecided);
        losers.values().removeIf(transaction -> transaction.prepared);
        return losers;
    }

    /** Transactions with a promise but no outcome, in the order in which they were prepared. */
    List<PreparedFrames> inDoubt() {
        List<PreparedFrames> found = new ArrayList<>();
        undecided.forEach((key, transaction) -> {
            if (transaction.prepared) {
                found.add(new PreparedFrames(
                        key.transactionId(),
                        List.copyOf(transaction.partitions),
                        transaction.frames,
                        transaction.preparedPosition,
                        transaction.preparedMicros));
            }
        });
        found.sort(Comparator.comparingLong(PreparedFrames::position));
        return found;
    }

    /** Committed transactions, each counted once. */
    long transactions() {
        return transactions;
    }

    List<PartitionRecovery> partitions() {
        long[] lost = discarded.clone();
        long[] prepared = new long[lost.length];
        for (Undecided transaction : undecided.values()) {
            for (int partition : transaction.partitions) {
                if (transaction.prepared) {
                    prepared[partition]++;
                } else {
                    lost[partition]++;
                }
            }
        }
        List<PartitionRecovery> found = new ArrayList<>();
        for (int i = 0; i < records.length; i++) {
            found.add(new PartitionRecovery(
                    i, records[i], committed[i], rolledBack[i], lost[i], prepared[i], firstLsns[i], lastLsns[i]));
        }
        return List.copyOf(found);
    }
}
