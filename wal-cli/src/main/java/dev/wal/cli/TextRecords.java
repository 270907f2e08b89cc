package dev.wal.cli;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.recovery.LoggedRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A record as a line to be read by people. */
final class TextRecords {
    private TextRecords() {}

    static String line(LoggedRecord logged) {
        WalRecord record = logged.record();
        String transaction =
                record.transactionId() == WalRecord.NO_TRANSACTION ? "-" : Long.toString(record.transactionId());
        return String.format(
                "%12d  %s  %d:%d  %s  %s",
                logged.position(),
                time(logged.commitTimeMicros()),
                logged.partition(),
                logged.lsn(),
                transaction,
                describe(record));
    }

    private static String describe(WalRecord record) {
        if (record instanceof WalRecord.Insert insert) {
            return "insert " + place(insert) + " " + row(insert.data());
        }
        if (record instanceof WalRecord.Update update) {
            return "update " + place(update) + " " + from(update.oldData()) + row(update.newData());
        }
        if (record instanceof WalRecord.Delete delete) {
            return "delete " + place(delete) + " " + from(delete.oldData()) + "at " + time(delete.timestampMicros());
        }
        if (record instanceof WalRecord.Begin begin) {
            return "begin isolation " + begin.isolationLevel();
        }
        if (record instanceof WalRecord.Prepare) {
            return "prepare";
        }
        if (record instanceof WalRecord.Commit commit) {
            return "commit at " + time(commit.commitTs());
        }
        if (record instanceof WalRecord.Rollback) {
            return "rollback";
        }
        if (record instanceof WalRecord.RollbackTo rollbackTo) {
            return "rollback to the first " + rollbackTo.operations() + " operations";
        }
        if (record instanceof WalRecord.Checkpoint checkpoint) {
            return "checkpoint LSN " + checkpoint.lsn() + " redo position " + checkpoint.redoPosition();
        }
        throw new AssertionError("unknown record " + record);
    }

    private static String place(WalRecord.Data data) {
        return JsonLine.quote(data.table()) + " " + data.rowId();
    }

    private static String from(@Nullable Row old) {
        return old == null ? "" : row(old) + " -> ";
    }

    private static String row(Row row) {
        return row.values().stream().map(TextRecords::value).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String value(Value value) {
        if (value instanceof Value.Null) {
            return "null";
        }
        if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof Value.Int64 int64) {
            return Long.toString(int64.value());
        }
        if (value instanceof Value.Float64 float64) {
            return Double.toString(float64.value());
        }
        if (value instanceof Value.Text text) {
            return JsonLine.quote(text.value());
        }
        if (value instanceof Value.Bytes bytes) {
            return "bytes(" + Base64.getEncoder().encodeToString(bytes.value()) + ")";
        }
        if (value instanceof Value.Timestamp timestamp) {
            return time(timestamp.micros());
        }
        return value.toString();
    }

    static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
