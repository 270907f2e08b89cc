package dev.wal;

import dev.wal.record.WalRecord;

/** The calls that write a record, whatever its type. */
final class RecordCalls {
    private RecordCalls() {}

    static void write(WalTransaction transaction, WalRecord.Data record) {
        if (record instanceof WalRecord.Insert insert) {
            transaction.insert(insert.table(), insert.partition(), insert.rowId(), insert.data());
        } else if (record instanceof WalRecord.Update update) {
            transaction.update(update.table(), update.partition(), update.rowId(), update.oldData(), update.newData());
        } else if (record instanceof WalRecord.Delete delete) {
            transaction.delete(
                    delete.table(), delete.partition(), delete.rowId(), delete.oldData(), delete.timestampMicros());
        }
    }

    /** Logs a record of a transaction of the caller; returns its LSN. */
    static long log(WalManager wal, long id, WalRecord.Data record) {
        if (record instanceof WalRecord.Insert insert) {
            return wal.logInsert(id, insert.table(), insert.partition(), insert.rowId(), insert.data());
        }
        if (record instanceof WalRecord.Update update) {
            return wal.logUpdate(
                    id, update.table(), update.partition(), update.rowId(), update.oldData(), update.newData());
        }
        WalRecord.Delete delete = (WalRecord.Delete) record;
        return wal.logDelete(
                id, delete.table(), delete.partition(), delete.rowId(), delete.oldData(), delete.timestampMicros());
    }

    /** Logs a record without naming a transaction; returns its LSN. */
    static long log(WalManager wal, WalRecord.Data record) {
        if (record instanceof WalRecord.Insert insert) {
            return wal.logInsert(insert.table(), insert.partition(), insert.rowId(), insert.data());
        }
        if (record instanceof WalRecord.Update update) {
            return wal.logUpdate(
                    update.table(), update.partition(), update.rowId(), update.oldData(), update.newData());
        }
        WalRecord.Delete delete = (WalRecord.Delete) record;
        return wal.logDelete(
                delete.table(), delete.partition(), delete.rowId(), delete.oldData(), delete.timestampMicros());
    }
}
