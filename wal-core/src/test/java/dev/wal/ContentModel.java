package dev.wal;

import static org.junit.jupiter.api.Assertions.fail;

import dev.wal.CommitModel.Change;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What was written of each row, whatever became of it; compared with every change that a log tells of. */
final class ContentModel {
    /** By row, which are numbered one by one. */
    private final List<WalRecord.Data> written = new ArrayList<>();

    private String fault;

    /** Makes the record of a change, of each type in turn. It belongs to no transaction. */
    WalRecord.Data write(Change change, int size) {
        WalRecord.Data record = record(change, row(change, size));
        if (change.row() != written.size()) {
            throw new AssertionError("rows are numbered one by one, not as " + change);
        }
        written.add(record);
        return record;
    }

    private static WalRecord.Data record(Change change, Row row) {
        return switch ((int) (change.row() % 3)) {
            case 0 -> new WalRecord.Insert(Logs.TABLE, change.partition(), change.row(), row);
            case 1 -> new WalRecord.Update(Logs.TABLE, change.partition(), change.row(), null, row);
            default -> new WalRecord.Delete(Logs.TABLE, change.partition(), change.row(), row, change.row());
        };
    }

    private static Row row(Change change, int size) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) (change.row() * 2 + 1));
        return Row.of(Value.of(change.row()), Value.of(content));
    }

    /** A log tells of a change. It may do so in a handler, where whatever is thrown would end it: a fault is kept. */
    void told(WalChange change) {
        long row = change.rowId();
        WalRecord.Data expected = row < 0 || row >= written.size() ? null : written.get((int) row);
        if (fault == null
                && !change.record().withTransactionId(WalRecord.NO_TRANSACTION).equals(expected)) {
            fault = change + " was written as " + expected;
        }
    }

    /** Fails if something else was told than what was written. */
    void check() {
        if (fault != null) {
            fail(fault);
        }
    }
}
