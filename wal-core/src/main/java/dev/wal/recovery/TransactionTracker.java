package dev.wal.recovery;

import dev.wal.log.FrameVisitor;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the transactions of a log from its first frame to its last, and counts. Memory grows with the undecided ones alone: most transactions begin and end in one frame, and are not
 * remembered.
 */
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

    /** The transaction that began last in the frame at hand, as long as it may end in it. */
    private @Nullable TransactionKey begunKey;

    private Undecided begun = new Undecided();

    /** A transaction without an outcome so far. */
    static final class Undecided {
        private final BitSet partitions = new BitSet();
        private final TransactionFrames frames = new TransactionFrames(0);
        private boolean prepared;
        private long preparedPosition;
        private long preparedMicros;

        /** In ascending order. */
        List<Integer> partitions() {
            return partitions.stream().boxed().toList();
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
        rememberBegun();
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
        TransactionKey key = begunKey;
        boolean isBegun = key != null && key.is(partition, cursor.transactionId());
        if (key == null || !isBegun) {
            rememberBegun();
            key = TransactionKey.of(partition, cursor.transactionId());
        }
        if (cursor.isBegin()) {
            begin(key, isBegun, partition);
        } else if (cursor.isCommit()) {
            if (isBegun || undecided.remove(key) != null) {
                transactions++;
            }
            begunKey = null;
            committed[partition]++;
        } else if (cursor.isRollback()) {
            undecided.remove(key);
            begunKey = null;
            rolledBack[partition]++;
        } else if (cursor.isPrepare() || cursor.isRollbackTo()) {
            rememberBegun();
            goOn(undecided.get(key), frame);
        }
    }

    private void goOn(@Nullable Undecided found, Frame frame) {
        if (found == null) {
            return;
        }
        if (cursor.isPrepare()) {
            found.prepared = true;
            found.preparedPosition = frame.position();
            found.preparedMicros = frame.commitTimeMicros();
        } else {
            found.frames.partlyUndone();
        }
    }

    private void begin(TransactionKey key, boolean isBegun, int partition) {
        Undecided found = isBegun ? begun : undecided.get(key);
        if (found != null && !TransactionKey.isOfEngine(key.transactionId())) {
            discarded[partition]++;
            undecided.remove(key);
            found = null;
        }
        if (found == null) {
            begunKey = key;
            begun.partitions.clear();
            found = begun;
        }
        found.partitions.set(partition);
    }

    /** The transaction that began in this frame is going on behind it, or behind records of others. */
    private void rememberBegun() {
        TransactionKey key = begunKey;
        if (key != null) {
            undecided.put(key, begun);
            begun = new Undecided();
            begunKey = null;
        }
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
                        transaction.partitions(),
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
            for (int partition : transaction.partitions()) {
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
