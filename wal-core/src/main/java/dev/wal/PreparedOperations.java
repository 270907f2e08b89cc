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

    /** Applies all of them. */
    void apply(Batch committed) {
        new Placed(records, changes, lsns(committed)).apply(committed);
    }

    /** All of them, with the places that they have got in a batch which does not commit them yet. */
    Placed placed(Batch appended) {
        return new Placed(List.copyOf(records), List.copyOf(changes), lsns(appended));
    }

    /** Each partition's records follow its Begin in the batch. */
    private long[] lsns(Batch appended) {
        long[] next = new long[appended.entries()];
        Arrays.setAll(next, entry -> appended.firstLsn(entry) + 1);
        long[] lsns = new long[records.size()];
        Arrays.setAll(lsns, i -> next[appended.entryOf(records.get(i).partition())]++);
        return lsns;
    }

    /** Operations that are in the log. Safe for use by several threads. */
    static final class Placed {
        private final List<WalRecord.Data> records;
        private final List<PreparedChange> changes;
        private final long[] lsns;

        private Placed(List<WalRecord.Data> records, List<PreparedChange> changes, long[] lsns) {
            this.records = records;
            this.changes = changes;
            this.lsns = lsns;
        }

        void apply(Batch committed) {
            for (int i = 0; i < lsns.length; i++) {
                WalRecord.Data record = records.get(i);
                changes.get(i)
                        .apply(new WalChange(record, lsns[i], committed.position(), committed.commitTimeMicros()));
            }
        }
    }
}
