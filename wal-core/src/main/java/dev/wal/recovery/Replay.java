package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a log forward and hands over the changes of committed transactions in commit order. Holds one frame in memory, and of each undecided transaction only where its frames are: those
 * are read once more when it commits.
 */
public final class Replay {
    private final TransactionReader transactions;
    private final long[] fromPositions;
    private final ReplayHandler handler;
    private final FrameRecords records;

    /** In the order in which they began. */
    private final Map<TransactionKey, TransactionFrames> open = new LinkedHashMap<>();

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
        // The transaction of the record before, and whether it is known that it has records in this frame.
        TransactionKey key = null;
        boolean seen = false;
        TransactionKey lastCommitted = null;
        for (int i = 0; i < records.count(); i++) {
            RecordCursor record = records.at(i);
            long transactionId = record.transactionId();
            if (transactionId == WalRecord.NO_TRANSACTION) {
                if (record.isData() && frame.position() >= fromPositions[record.partition()]) {
                    handler.change(
                            new WalChange(record.data(), records.lsn(i), frame.position(), frame.commitTimeMicros()));
                }
                continue;
            }
            if (record.isData() && key != null && seen && key.is(record.partition(), transactionId)) {
                continue;
            }
            key = TransactionKey.of(record.partition(), transactionId);
            seen = false;
            if (record.isCommit()) {
                TransactionFrames committed = open.remove(key);
                if (committed == null) {
                    // A transaction of the engine has a Commit for each partition: one of them is enough.
                    missedBegin |= !key.equals(lastCommitted) && frame.position() >= fromPositions[record.partition()];
                } else {
                    lastCommitted = key;
                    handOver(key, committed, frame, i, ((WalRecord.Commit) record.record()).commitTs());
                }
            } else if (record.isRollback()) {
                open.remove(key);
            } else {
                TransactionFrames transaction = open.get(key);
                if (record.isBegin() && (transaction == null || !TransactionKey.isOfEngine(transactionId))) {
                    transaction = new TransactionFrames(i);
                    open.remove(key);
                    open.put(key, transaction);
                }
                if (transaction != null) {
                    transaction.add(frame.position());
                    seen = true;
                    if (record.isRollbackTo()) {
                        transaction.partlyUndone();
                    }
                }
            }
        }
    }

    private void handOver(TransactionKey key, TransactionFrames frames, Frame frame, int commitIndex, long time) {
        TransactionReader.Committed transaction =
                new TransactionReader.Committed(key, frames, commitIndex, frame.position(), time);
        if (frames.isWholeAt(frame.position())) {
            transactions.handOver(transaction, records, frames.firstRecord(0), commitIndex, null, handler);
        } else {
            transactions.handOver(transaction, handler);
        }
    }
}
