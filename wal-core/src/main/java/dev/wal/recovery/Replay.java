package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log forward and hands over the changes of committed transactions in commit order. Holds one frame in memory, and of each undecided transaction only where its frames are: those
 * are read once more when it commits. Most transactions begin and end in one frame, and are not remembered at all.
 */
public final class Replay {
    private static final int NOT_HERE = -1;

    private final TransactionReader transactions;
    private final long[] fromPositions;
    private final ReplayHandler handler;
    private final FrameRecords records;

    /** In the order in which they began, without the current one if that began in this frame. */
    private final Map<TransactionKey, TransactionFrames> open = new LinkedHashMap<>();

    /** The transaction of the last record of the frame at hand, if that had one. */
    private @Nullable TransactionKey current;

    /** Index of the record with which the current one began, as long as it may end in this frame. */
    private int begun = NOT_HERE;

    /** Whether it is known that the current one has records in this frame. */
    private boolean seen;

    /** In this frame. */
    private @Nullable TransactionKey lastCommitted;

    private boolean missedBegin;

    /**
     * @param again a reader of the same log
     * @param fromPositions per partition, the position of the first commit that is handed over
     */
    public Replay(LogReader again, long[] fromPositions, ReplayHandler handler) {
        this.transactions = new TransactionReader(again, fromPositions);
        this.fromPositions = fromPositions;
        this.handler = handler;
        this.records = new FrameRecords(fromPositions.length);
    }

    /**
     * Reads to the end.
     *
     * @param reader at the redo position
     */
    public void run(LogReader reader) {
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            next(frame);
        }
    }

    /** Hands over what a frame commits. Frames must come in order, from the redo position on. */
    public void next(Frame frame) {
        if (frame.isBatch()) {
            replay(frame);
        }
    }

    /** Position of the first frame of the oldest transaction without an outcome so far, or the greatest number if there is none. */
    public long oldestOpen() {
        return open.isEmpty() ? Long.MAX_VALUE : open.values().iterator().next().first();
    }

    /** Whether a commit was to be handed over of a transaction that began before the first frame. */
    public boolean hasMissedABegin() {
        return missedBegin;
    }

    private void replay(Frame frame) {
        records.read(frame);
        lastCommitted = null;
        for (int i = 0; i < records.count(); i++) {
            RecordCursor record = records.at(i);
            if (record.transactionId() != WalRecord.NO_TRANSACTION) {
                replay(frame, i, record, enter(frame, record));
            } else if (record.isData() && frame.position() >= fromPositions[record.partition()]) {
                handler.change(
                        new WalChange(record.data(), records.lsn(i), frame.position(), frame.commitTimeMicros()));
            }
        }
        leave(frame);
    }

    /** The transaction of a record becomes the current one. */
    private TransactionKey enter(Frame frame, RecordCursor record) {
        TransactionKey key = current;
        if (key == null || !key.is(record.partition(), record.transactionId())) {
            leave(frame);
            key = TransactionKey.of(record.partition(), record.transactionId());
            current = key;
        }
        return key;
    }

    private void leave(Frame frame) {
        TransactionKey key = current;
        if (key != null) {
            rememberBegun(frame, key);
        }
        current = null;
        seen = false;
    }

    private void rememberBegun(Frame frame, TransactionKey key) {
        if (begun != NOT_HERE) {
            TransactionFrames frames = new TransactionFrames(begun);
            frames.add(frame.position());
            open.put(key, frames);
            begun = NOT_HERE;
        }
    }

    private void replay(Frame frame, int index, RecordCursor record, TransactionKey key) {
        if (record.isCommit()) {
            commit(frame, index, record, key);
            begun = NOT_HERE;
            seen = false;
        } else if (record.isRollback()) {
            if (begun == NOT_HERE) {
                open.remove(key);
            }
            begun = NOT_HERE;
            seen = false;
        } else if (record.isBegin() && beginsAnew(key)) {
            open.remove(key);
            begun = index;
            seen = true;
        } else if (record.isRollbackTo()) {
            rememberBegun(frame, key);
            TransactionFrames transaction = continues(frame, key);
            if (transaction != null) {
                transaction.partlyUndone();
            }
        } else if (!seen) {
            continues(frame, key);
        }
    }

    /** A transaction of the engine has a Begin for each partition. */
    private boolean beginsAnew(TransactionKey key) {
        return !TransactionKey.isOfEngine(key.transactionId()) || (begun == NOT_HERE && !open.containsKey(key));
    }

    private @Nullable TransactionFrames continues(Frame frame, TransactionKey key) {
        TransactionFrames transaction = open.get(key);
        if (transaction != null) {
            transaction.add(frame.position());
            seen = true;
        }
        return transaction;
    }

    private void commit(Frame frame, int index, RecordCursor record, TransactionKey key) {
        int from = begun;
        TransactionFrames frames = from == NOT_HERE ? open.remove(key) : null;
        if (from == NOT_HERE && frames == null) {
            // A transaction of the engine has a Commit for each partition: one of them is enough.
            missedBegin |= !key.equals(lastCommitted) && frame.position() >= fromPositions[record.partition()];
            return;
        }
        lastCommitted = key;
        long time = ((WalRecord.Commit) record.record()).commitTs();
        TransactionReader.Committed transaction = new TransactionReader.Committed(key, index, frame.position(), time);
        if (frames == null) {
            transactions.handOver(transaction, records, from, index, null, handler);
        } else if (frames.isWholeAt(frame.position())) {
            transactions.handOver(transaction, records, frames.firstRecord(0), index, null, handler);
        } else {
            transactions.handOver(transaction, frames, handler);
        }
    }
}
