package dev.wal.cli;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import dev.wal.recovery.LoggedRecord;
import java.util.Base64;

/** A record as a JSON object in one line; docs/cli.md documents it. Nothing of a record is lost. */
final class JsonRecords {
    private JsonRecords() {}

    static String line(LoggedRecord logged) {
        WalRecord record = logged.record();
        JsonLine line = new JsonLine();
        line.number("position", logged.position())
                .number("segment", logged.segment())
                .number("incarnation", logged.incarnation())
                .number("commitTime", logged.commitTimeMicros())
                .number("partition", logged.partition())
                .number("lsn", logged.lsn());
        line.name("transaction");
        if (record.transactionId() == WalRecord.NO_TRANSACTION) {
            line.raw("null");
        } else {
            line.raw(Long.toString(record.transactionId()));
        }
        if (record instanceof WalRecord.Data data) {
            data(line, data);
        } else if (record instanceof WalRecord.Begin begin) {
            line.text("type", "begin").number("isolationLevel", begin.isolationLevel());
        } else if (record instanceof WalRecord.Prepare) {
            line.text("type", "prepare");
        } else if (record instanceof WalRecord.Commit commit) {
            line.text("type", "commit").number("commitTs", commit.commitTs());
        } else if (record instanceof WalRecord.Rollback) {
            line.text("type", "rollback");
        } else if (record instanceof WalRecord.RollbackTo rollbackTo) {
            line.text("type", "rollbackTo").number("operations", rollbackTo.operations());
        } else if (record instanceof WalRecord.Checkpoint checkpoint) {
            line.text("type", "checkpoint")
                    .number("checkpointLsn", checkpoint.lsn())
                    .number("redoPosition", checkpoint.redoPosition());
        }
        return line.end();
    }

    private static void data(JsonLine line, WalRecord.Data data) {
        if (data instanceof WalRecord.Insert insert) {
            line.text("type", "insert").text("table", insert.table()).number("rowId", insert.rowId());
            row(line, "row", insert.data());
        } else if (data instanceof WalRecord.Update update) {
            line.text("type", "update").text("table", update.table()).number("rowId", update.rowId());
            Row oldData = update.oldData();
            if (oldData != null) {
                row(line, "oldRow", oldData);
            }
            row(line, "row", update.newData());
        } else if (data instanceof WalRecord.Delete delete) {
            line.text("type", "delete").text("table", delete.table()).number("rowId", delete.rowId());
            line.number("timestamp", delete.timestampMicros());
            Row oldData = delete.oldData();
            if (oldData != null) {
                row(line, "oldRow", oldData);
            }
        }
    }

    private static void row(JsonLine line, String name, Row row) {
        line.name(name).raw("[");
        for (int i = 0; i < row.values().size(); i++) {
            if (i > 0) {
                line.raw(",");
            }
            value(line, row.value(i));
        }
        line.raw("]");
    }

    private static void value(JsonLine line, Value value) {
        if (value instanceof Value.Null) {
            line.raw("null");
        } else if (value instanceof Value.Bool bool) {
            line.raw(Boolean.toString(bool.value()));
        } else if (value instanceof Value.Int64 int64) {
            line.raw(Long.toString(int64.value()));
        } else if (value instanceof Value.Text text) {
            line.quoted(text.value());
        } else if (value instanceof Value.Float64 float64) {
            line.raw("{\"float64\":");
            number(line, float64.value());
            line.raw("}");
        } else if (value instanceof Value.Bytes bytes) {
            line.raw("{\"bytes\":\"" + Base64.getEncoder().encodeToString(bytes.value()) + "\"}");
        } else if (value instanceof Value.Timestamp timestamp) {
            line.raw("{\"timestamp\":" + timestamp.micros() + "}");
        } else if (value instanceof Value.Vector vector) {
            vector(line, vector.value());
        }
    }

    private static void vector(JsonLine line, float[] elements) {
        line.raw("{\"vector\":[");
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) {
                line.raw(",");
            }
            if (Float.isNaN(elements[i]) && Float.floatToRawIntBits(elements[i]) != 0x7FC0_0000) {
                line.raw(String.format("\"NaN(%08x)\"", Float.floatToRawIntBits(elements[i])));
            } else {
                number(line, elements[i]);
            }
        }
        line.raw("]}");
    }

    /** JSON knows no infinity and nothing that is not a number; those become texts. */
    private static void number(JsonLine line, double value) {
        if (Double.isNaN(value)) {
            long bits = Double.doubleToRawLongBits(value);
            line.raw(bits == 0x7FF8_0000_0000_0000L ? "\"NaN\"" : String.format("\"NaN(%016x)\"", bits));
        } else if (Double.isInfinite(value)) {
            line.raw(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        } else {
            line.raw(Double.toString(value));
        }
    }
}
