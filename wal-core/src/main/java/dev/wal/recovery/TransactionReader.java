package dev.wal.recovery;

import dev.wal.common.WalCorruptedException;
import dev.wal.log.LogReader;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of committed transactions once more, and hands over what counts of them, in order of writing. Holds one frame in memory.
 * For one thread; the log's reader stays the caller's to close.
 */
public final class TransactionReader {
    private final LogReader reader;
    private final long[] fromPositions;
    private final FrameRecords records;

    /** A transaction that was committed: by which record of its last frame, and when. */
    record Committed(TransactionKey key, int commitIndex, long position, long timeMicros) {}

    /** Hands over everything. */
    public TransactionReader(LogReader reader, int partitions) {
        this(reader, new long[partitions]);
    }

    /** @param fromPositions per partition, the position of the first commit that is handed over */
    TransactionReader(LogReader reader, long[] fromPositions) {
        this.reader = reader;
        this.fromPositions = fromPositions;
        this.records = new FrameRecords(fromPositions.length);
    }

    /**
     * Hands over the changes of a transaction.
     *
     * @param partition of a caller's transaction; any of an engine's
     * @param frames of the transaction, also that of its commit if there are operations in it
     * @param commitIndex index of the Commit in its frame
     * @param position of the frame of the commit
     */
    public void handOver(
            int partition,
            long transactionId,
            TransactionFrames frames,
            int commitIndex,
            long position,
            long commitTimeMicros,
            ReplayHandler handler) {
        handOver(
                new Committed(TransactionKey.of(partition, transactionId), commitIndex, position, commitTimeMicros),
                frames,
                handler);
    }

    void handOver(Committed transaction, TransactionFrames frames, ReplayHandler handler) {
        LiveOperations live = frames.isPartlyUndone() ? countLive(transaction, frames) : null;
        for (int n = 0; n < frames.count(); n++) {
            int to = read(transaction, frames.position(n));
            handOver(transaction, records, frames.firstRecord(n), to, live, handler);
        }
    }

    /** Hands over the records of a transaction in one frame, those that count. */
    void handOver(
            Committed transaction,
            FrameRecords source,
            int from,
            int to,
            @Nullable LiveOperations live,
            ReplayHandler handler) {
        for (int i = from; i < to; i++) {
            RecordCursor record = source.at(i);
            if (record.isData()
                    && transaction.key().is(record.partition(), record.transactionId())
                    && (live == null || live.next(record.partition()))
                    && transaction.position() >= fromPositions[record.partition()]) {
                handler.change(
                        new WalChange(record.data(), source.lsn(i), transaction.position(), transaction.timeMicros()));
            }
        }
    }

    private LiveOperations countLive(Committed transaction, TransactionFrames frames) {
        LiveOperations live = new LiveOperations();
        for (int n = 0; n < frames.count(); n++) {
            int to = read(transaction, frames.position(n));
            for (int i = frames.firstRecord(n); i < to; i++) {
                RecordCursor record = records.at(i);
                if (transaction.key().is(record.partition(), record.transactionId())) {
                    if (record.isData()) {
                        live.operation(record.partition());
                    } else if (record.isRollbackTo()) {
                        live.rolledBackTo(record.partition(), ((WalRecord.RollbackTo) record.record()).operations());
                    }
                }
            }
        }
        return live;
    }

    /** Reads a frame, and returns up to which index records may belong to the transaction: behind its Commit its id may begin anew. */
    private int read(Committed transaction, long position) {
        reader.seek(position);
        Frame frame = reader.next();
        if (frame == null || frame.position() != position) {
            throw new WalCorruptedException("The batch at position " + position + ", of " + transaction.key()
                    + ", cannot be read any more, though it could before: its segment was removed.");
        }
        records.read(frame);
        return position == transaction.position() ? transaction.commitIndex() : records.count();
    }
}
