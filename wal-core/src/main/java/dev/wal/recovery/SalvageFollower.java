package dev.wal.recovery;

import dev.wal.log.LogReader;
import dev.wal.log.SurveyVisitor;
import dev.wal.log.UnreadableRange;
import dev.wal.record.RecordCursor;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the transactions of a damaged log, and hands over those that are whole. A transaction is known to be whole if nothing unreadable lies between its first batch and that of its Commit,
 * and each partition that has a Commit of it has its Begin. Memory grows with the undecided transactions alone.
 */
final class SalvageFollower implements SurveyVisitor {
    private final Storage storage;
    private final long[] fromPositions;
    private final SalvageVisitor visitor;
    private final FrameRecords records;
    private final Map<TransactionKey, Open> open = new LinkedHashMap<>();
    private @Nullable LogReader reader;

    /** What is remembered of a transaction without an outcome. */
    private static final class Open {
        private final TransactionFrames frames;
        private final int partition;
        private final int isolationLevel;
        private final Set<Integer> begun = new HashSet<>();
        private boolean interrupted;
        private boolean prepared;

        private Open(int firstRecord, WalRecord.Begin begin) {
            frames = new TransactionFrames(firstRecord);
            partition = begin.partition();
            isolationLevel = begin.isolationLevel();
        }

        private long lastPosition() {
            return frames.position(frames.count() - 1);
        }
    }

    /** @param fromPositions per partition, the position of the first commit that is wanted */
    SalvageFollower(Storage storage, long[] fromPositions, SalvageVisitor visitor) {
        this.storage = storage;
        this.fromPositions = fromPositions.clone();
        this.visitor = visitor;
        this.records = new FrameRecords(fromPositions.length);
    }

    @Override
    public void segments(List<SegmentHeader> segments) {
        close();
        reader = LogReader.outside(storage, fromPositions.length, segments);
    }

    void close() {
        LogReader current = reader;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void gap() {
        open.values().forEach(transaction -> transaction.interrupted = true);
    }

    @Override
    public void unreadable(UnreadableRange range) {
        visitor.unreadable(range);
    }

    @Override
    public void frame(Frame frame) {
        if (!frame.isBatch()) {
            return;
        }
        records.read(frame);
        List<WalChange> alone = new ArrayList<>();
        Set<TransactionKey> decided = new HashSet<>();
        for (int i = 0; i < records.count(); i++) {
            RecordCursor record = records.at(i);
            if (record.transactionId() == WalRecord.NO_TRANSACTION) {
                if (record.isData() && frame.position() >= fromPositions[record.partition()]) {
                    alone.add(new WalChange(record.data(), records.lsn(i), frame.position(), frame.commitTimeMicros()));
                }
                continue;
            }
            TransactionKey key = TransactionKey.of(record.partition(), record.transactionId());
            if (record.isCommit()) {
                if (decided.add(key)) {
                    handOverAlone(alone, frame);
                    commit(key, frame, i);
                }
            } else if (record.isRollback()) {
                open.remove(key);
            } else {
                decided.remove(key);
                follow(key, record, frame, i);
            }
        }
        handOverAlone(alone, frame);
    }

    private void follow(TransactionKey key, RecordCursor record, Frame frame, int index) {
        Open transaction = open.get(key);
        if (record.isBegin()) {
            if (transaction != null && !TransactionKey.isOfEngine(key.transactionId())) {
                giveUp(key, transaction);
                transaction = null;
            }
            WalRecord.Begin begin = (WalRecord.Begin) record.record();
            if (transaction == null) {
                transaction = new Open(index, begin);
                open.put(key, transaction);
            }
            transaction.begun.add(begin.partition());
        }
        if (transaction != null) {
            transaction.frames.add(frame.position());
            if (record.isRollbackTo()) {
                transaction.frames.partlyUndone();
            } else if (record.isPrepare()) {
                transaction.prepared = true;
            }
        }
    }

    private void handOverAlone(List<WalChange> alone, Frame frame) {
        if (alone.isEmpty()) {
            return;
        }
        List<WalChange> changes = List.copyOf(alone);
        alone.clear();
        visitor.committed(new CommittedTransaction(
                changes.get(0).partition(),
                WalRecord.NO_TRANSACTION,
                0,
                frame.position(),
                frame.commitTimeMicros(),
                frame.commitTimeMicros(),
                handler -> changes.forEach(handler::change)));
    }

    /** Forgets a transaction whose outcome was not found. */
    private void giveUp(TransactionKey key, Open transaction) {
        if (transaction.interrupted) {
            visitor.leftOut(
                    transaction.partition,
                    key.transactionId(),
                    transaction.lastPosition(),
                    "no outcome of it can be read, and bytes behind its beginning cannot be read");
        }
    }

    private void commit(TransactionKey key, Frame frame, int commitIndex) {
        Open transaction = open.remove(key);
        Set<Integer> partitions = new HashSet<>();
        for (int i = commitIndex; i < records.count(); i++) {
            RecordCursor record = records.at(i);
            if (record.isCommit() && key.is(record.partition(), record.transactionId())) {
                partitions.add(record.partition());
            }
        }
        if (partitions.stream().noneMatch(partition -> frame.position() >= fromPositions[partition])) {
            return;
        }
        WalRecord.Commit commit = (WalRecord.Commit) records.record(commitIndex);
        if (transaction == null || !transaction.begun.containsAll(partitions)) {
            visitor.leftOut(commit.partition(), key.transactionId(), frame.position(), "its beginning cannot be read");
        } else if (transaction.interrupted) {
            visitor.leftOut(
                    commit.partition(),
                    key.transactionId(),
                    frame.position(),
                    "bytes between its beginning and its commit cannot be read");
        } else {
            visitor.committed(new CommittedTransaction(
                    commit.partition(),
                    key.transactionId(),
                    transaction.isolationLevel,
                    frame.position(),
                    frame.commitTimeMicros(),
                    commit.commitTs(),
                    handler -> handOver(key, transaction.frames, commitIndex, frame, commit.commitTs(), handler)));
        }
    }

    private void handOver(
            TransactionKey key,
            TransactionFrames frames,
            int commitIndex,
            Frame frame,
            long commitTs,
            ReplayHandler handler) {
        LogReader current = reader;
        if (current == null) {
            throw new AssertionError("a frame came before its segment");
        }
        new TransactionReader(current, fromPositions)
                .handOver(
                        new TransactionReader.Committed(key, commitIndex, frame.position(), commitTs), frames, handler);
    }

    /** Tells of what has no outcome at the end of the log. */
    void end() {
        open.forEach((key, transaction) -> {
            if (transaction.prepared) {
                visitor.inDoubt(transaction.partition, key.transactionId(), transaction.lastPosition());
            } else {
                giveUp(key, transaction);
            }
        });
    }
}
