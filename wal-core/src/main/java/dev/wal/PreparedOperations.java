package dev.wal;

import dev.wal.log.Batch;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The operations of a transaction that is in memory whole, ready to be applied once it has committed. For one thread at a time. */
final class PreparedOperations {
    private final List<WalRecord.Data> records = new ArrayList<>();
    private final List<PreparedChange> changes = new ArrayList<>();

    void add(WalRecord.Data record, PreparedChange change) {
        records.add(record);
        changes.add(change);
    }

    /** Forgets the operations from an index on. */
    void truncate(int size) {
        records.subList(size, records.size()).clear();
        changes.subList(size, changes.size()).clear();
    }

    /** Applies all of them; each partition's records follow its Begin in the batch. */
    void apply(Batch committed) {
        long[] lsns = new long[committed.entries()];
        Arrays.setAll(lsns, entry -> committed.firstLsn(entry) + 1);
        for (int i = 0; i < records.size(); i++) {
            WalRecord.Data record = records.get(i);
            long lsn = lsns[committed.entryOf(record.partition())]++;
            changes.get(i).apply(new WalChange(record, lsn, committed.position(), committed.commitTimeMicros()));
        }
    }
}
