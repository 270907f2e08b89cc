package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a log forward and hands over the changes of committed transactions in commit order. Holds one frame in memory, and of each undecided transaction only where its frames are: those
 * are read once more when it commits.
 */
public final class Replay {
    private final LogReader reader;
    private final LogReader again;
    private final long[] fromPositions;
    private final ReplayHandler handler;
    private final FrameRecords records;
    private final FrameRecords earlier;
    private final Map<TransactionKey, Open> open = new HashMap<>();

    /** A transaction that began: its frames, oldest first, and the index of its Begin in the first of them. */
    private static final class Open {
        private long[] frames = new long[1];
        private int count;
        private final int firstRecord;

        private Open(int firstRecord) {
            this.firstRecord = firstRecord;
        }

        private void seenIn(long position) {
            if (count == 0 || frames[count - 1] != position) {
                if (count == frames.length) {
                    frames = Arrays.copyOf(frames, count * 2);
                }
                frames[count++] = position;
            }
        }
    }

    /**
     * @param reader at the redo position
     * @param again a second reader of the same log
     * @param fromPositions per partition, the position of the first commit that is handed over
     */
    public Replay(LogReader reader, LogReader again, long[] fromPositions, ReplayHandler handler) {
        this.reader = reader;
        this.again = again;
        this.fromPositions = fromPositions;
        this.handler = handler;
        this.records = new FrameRecords(fromPositions.length);
        this.earlier = new FrameRecords(fromPositions.length);
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
                if (record.isData()) {
                    handOver(records, i, frame.position(), frame.commitTimeMicros());
                }
                continue;
            }
            if (record.isData() && key != null && seen && key.is(record.partition(), transactionId)) {
                continue;
            }
            key = TransactionKey.of(record.partition(), transactionId);
            seen = false;
            if (record.isCommit()) {
                Open committed = open.remove(key);
                if (committed != null) {
                    handOver(key, committed, frame, i, ((WalRecord.Commit) record.record()).commitTs());
                }
            } else if (record.isRollback()) {
                open.remove(key);
            } else {
                Open transaction = open.get(key);
                if (record.isBegin() && (transaction == null || !TransactionKey.isOfEngine(transactionId))) {
                    transaction = new Open(i);
                    open.put(key, transaction);
                }
                if (transaction != null) {
                    transaction.seenIn(frame.position());
                    seen = true;
                }
            }
        }
    }

    private void handOver(TransactionKey key, Open transaction, Frame frame, int commitIndex, long commitTime) {
        for (int n = 0; n < transaction.count; n++) {
            int from = n == 0 ? transaction.firstRecord : 0;
            if (transaction.frames[n] == frame.position()) {
                handOver(key, records, from, commitIndex, frame.position(), commitTime);
            } else {
                again.seek(transaction.frames[n]);
                Frame previous = again.next();
                if (previous == null) {
                    throw new AssertionError("frame at " + transaction.frames[n] + " was read before");
                }
                earlier.read(previous);
                handOver(key, earlier, from, earlier.count(), frame.position(), commitTime);
            }
        }
    }

    private void handOver(
            TransactionKey key, FrameRecords source, int from, int to, long commitPosition, long commitTime) {
        for (int i = from; i < to; i++) {
            RecordCursor record = source.at(i);
            if (record.isData() && key.is(record.partition(), record.transactionId())) {
                handOver(source, i, commitPosition, commitTime);
            }
        }
    }

    private void handOver(FrameRecords source, int index, long commitPosition, long commitTime) {
        RecordCursor record = source.at(index);
        if (commitPosition >= fromPositions[record.partition()]) {
            handler.change(new WalChange(record.data(), source.lsn(index), commitPosition, commitTime));
        }
    }
}
