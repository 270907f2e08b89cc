package dev.wal;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.storage.Storage;
import java.util.ArrayList;
import java.util.List;

/** Logs as most tests want them. */
final class Logs {
    static final int PARTITIONS = 4;
    static final int SEGMENT_SIZE = 16 * 1024;
    static final String TABLE = "accounts";

    private Logs() {}

    /** Small segments and four partitions. */
    static WalOptions.Builder options(Storage storage) {
        return WalOptions.builder(storage.directory())
                .storage(storage)
                .partitions(PARTITIONS)
                .segmentSize(SEGMENT_SIZE);
    }

    static WalManager open(Storage storage) {
        return WalManager.open(options(storage).build());
    }

    static Row row(long value) {
        return Row.of(Value.of(value), Value.of("row " + value));
    }

    /** A row that takes a number of bytes. */
    static Row large(int bytes) {
        return Row.of(Value.of(new byte[bytes]));
    }

    /** What the log hands over. */
    static List<WalChange> replay(WalManager wal) {
        List<WalChange> changes = new ArrayList<>();
        wal.replay(changes::add);
        return changes;
    }

    /** Row ids of what the log hands over. */
    static List<Long> replayedRows(WalManager wal) {
        return replay(wal).stream().map(WalChange::rowId).toList();
    }

    /** Opens a log, and returns the row ids that it hands over. */
    static List<Long> rowsIn(Storage storage) {
        try (WalManager wal = open(storage)) {
            return replayedRows(wal);
        }
    }

    /** Commits a transaction of one row. */
    static CommitReceipt commitRow(WalManager wal, int partition, long rowId) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, partition, rowId, row(rowId));
            return transaction.commit();
        }
    }
}
