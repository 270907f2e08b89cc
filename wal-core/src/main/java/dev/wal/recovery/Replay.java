package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a log forward and hands over the changes of committed transactions in commit order. Holds one frame in memory, and of each undecided transaction only where its frames are: those
 * are read once more when it commits.
 */
public final class Replay {
    private final LogReader reader;
    private final TransactionReader transactions;
    private final long[] fromPositions;
    private final ReplayHandler handler;
    private final FrameRecords records;
    private final Map<TransactionKey, TransactionFrames> open = new HashMap<>();

    /**
     * @param reader at the redo position
     * @param again a second reader of the same log
     * @param fromPositions per partition, the position of the first commit that is handed over
     */
    public Replay(LogReader reader, LogReader again, long[] fromPositions, ReplayHandler handler) {
        this.reader = reader;
        this.transactions = new TransactionReader(again, fromPositions);
        this.fromPositions = fromPositions;
        this.handler = handler;
        this.records = new FrameRecords(fromPositions.length);
    }

    /** Reads to the end. */
    public void run() {
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            if (frame.isBatch()) {
                replay(frame);
            }
        }
    }

    private void replay(Frame frame) {
        records.read(frame);
        // The transaction of the record before, and whether it is known that it has records in this frame.
        TransactionKey key = null;
        boolean seen = false;
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
                if (committed != null) {
                    handOver(key, committed, frame, i, ((WalRecord.Commit) record.record()).commitTs());
                }
            } else if (record.isRollback()) {
                open.remove(key);
            } else {
                TransactionFrames transaction = open.get(key);
                if (record.isBegin() && (transaction == null || !TransactionKey.isOfEngine(transactionId))) {
                    transaction = new TransactionFrames(i);
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
