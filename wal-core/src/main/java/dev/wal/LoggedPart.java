package dev.wal;

import dev.wal.log.Batch;
import dev.wal.recovery.TransactionFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What of a transaction is in the log before its outcome is. For one thread at a time. */
final class LoggedPart {
    private final TransactionFrames frames = new TransactionFrames(0);
    private final List<LsnRange> ranges = new ArrayList<>();

    /** As it stands in the log, and with what is in memory. */
    private TouchedPartitions inLog;

    private TouchedPartitions touched;
    private int batches;

    LoggedPart(TouchedPartitions touched) {
        this.inLog = touched;
        this.touched = touched;
    }

    /** A batch got its place. */
    void append(Batch batch) {
        frames.add(batch.position());
        ranges.addAll(ranges(batch));
        inLog = touched.copy();
        batches++;
    }

    /** The LSNs of a batch that has its place. */
    static List<LsnRange> ranges(Batch batch) {
        LsnRange[] ranges = new LsnRange[batch.entries()];
        Arrays.setAll(ranges, i -> new LsnRange(batch.partition(i), batch.firstLsn(i), batch.count(i)));
        return List.of(ranges);
    }

    TransactionFrames frames() {
        return frames;
    }

    List<LsnRange> ranges() {
        return ranges;
    }

    /** How many batches are in the log: what was remembered at another number cannot be undone in memory alone. */
    int batches() {
        return batches;
    }

    TouchedPartitions inLog() {
        return inLog;
    }

    TouchedPartitions touched() {
        return touched;
    }

    /** What came after a savepoint that was made since the last batch does not count any more. */
    void undoneInMemory(TouchedPartitions savepoint) {
        touched = savepoint.copy();
    }

    /** Nor does what came after one that was made before. */
    void undoneInLog(TouchedPartitions savepoint) {
        frames.partlyUndone();
        touched = inLog.withOperationsOf(savepoint);
    }
}
