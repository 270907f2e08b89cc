package dev.wal.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts records behind each other into a {@link ByteSink}. For one thread. */
public final class RecordEncoder {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes of a Commit without a time of its own. */
    public static final int COMMIT_SIZE = RecordFormat.BODY_OFFSET;

    public static final int PREPARE_SIZE = RecordFormat.BODY_OFFSET;
    public static final int ROLLBACK_SIZE = RecordFormat.BODY_OFFSET;
    public static final int ROLLBACK_TO_SIZE = RecordFormat.BODY_OFFSET + Long.BYTES;

    private static final byte[] NOTHING = new byte[0];

    private final ByteSink sink;
    private byte[] bytes = NOTHING;
    private int start;
    private int at;

    /** The last table name and its bytes: neighbours tend to have the same. */
    private String table = "";

    private byte[] tableBytes = NOTHING;

    public RecordEncoder(ByteSink sink) {
        this.sink = sink;
    }

    /** Encodes any record that a caller may write. */
    public void encode(WalRecord record) {
        if (record instanceof WalRecord.Data data) {
            encodeData(data);
        } else if (record instanceof WalRecord.Begin begin) {
            begin(begin.transactionId(), begin.partition(), begin.isolationLevel());
        } else if (record instanceof WalRecord.Commit commit) {
            commit(commit.transactionId(), commit.partition(), commit.commitTs());
        } else if (record instanceof WalRecord.Rollback rollback) {
            rollback(rollback.transactionId(), rollback.partition());
        } else if (record instanceof WalRecord.Prepare prepare) {
            prepare(prepare.transactionId(), prepare.partition());
        } else if (record instanceof WalRecord.RollbackTo rollbackTo) {
            rollbackTo(rollbackTo.transactionId(), rollbackTo.partition(), rollbackTo.operations());
        } else if (record instanceof WalRecord.Checkpoint checkpoint) {
            startRecord(RecordFormat.CHECKPOINT, 0, checkpoint.partition(), WalRecord.NO_TRANSACTION);
            putLong(checkpoint.lsn());
            putLong(checkpoint.redoPosition());
            endRecord(checkpoint.partition());
        } else {
            throw new AssertionError("unknown record " + record);
        }
    }

    private void encodeData(WalRecord.Data data) {
        if (data instanceof WalRecord.Insert insert) {
            insert(insert.transactionId(), insert.table(), insert.partition(), insert.rowId(), insert.data());
        } else if (data instanceof WalRecord.Update update) {
            update(
                    update.transactionId(),
                    update.table(),
                    update.partition(),
                    update.rowId(),
                    update.oldData(),
                    update.newData());
        } else if (data instanceof WalRecord.Delete delete) {
            delete(
                    delete.transactionId(),
                    delete.table(),
                    delete.partition(),
                    delete.rowId(),
                    delete.oldData(),
                    delete.timestampMicros());
        }
    }

    public void insert(long transactionId, String table, int partition, long rowId, Row data) {
        startRecord(RecordFormat.INSERT, dataFlags(transactionId), partition, transactionId);
        putTable(table);
        putLong(rowId);
        putRow(data);
        endRecord(partition);
    }

    public void update(
            long transactionId, String table, int partition, long rowId, @Nullable Row oldData, Row newData) {
        startRecord(RecordFormat.UPDATE, dataFlags(transactionId) | optional(oldData), partition, transactionId);
        putTable(table);
        putLong(rowId);
        if (oldData != null) {
            putRow(oldData);
        }
        putRow(newData);
        endRecord(partition);
    }

    public void delete(
            long transactionId, String table, int partition, long rowId, @Nullable Row oldData, long timestampMicros) {
        startRecord(RecordFormat.DELETE, dataFlags(transactionId) | optional(oldData), partition, transactionId);
        putTable(table);
        putLong(rowId);
        putLong(timestampMicros);
        if (oldData != null) {
            putRow(oldData);
        }
        endRecord(partition);
    }

    public void begin(long transactionId, int partition, int isolationLevel) {
        startRecord(RecordFormat.BEGIN, 0, partition, transactionId);
        putInt(isolationLevel);
        endRecord(partition);
    }

    /** A commit whose time is the engine's, which it gets with its place in the log. */
    public void commit(long transactionId, int partition) {
        startRecord(RecordFormat.COMMIT, 0, partition, transactionId);
        endRecord(partition);
    }

    /** A commit with a time of the caller's own. */
    public void commit(long transactionId, int partition, long commitTs) {
        startRecord(RecordFormat.COMMIT, RecordFormat.HAS_OPTIONAL, partition, transactionId);
        putLong(commitTs);
        endRecord(partition);
    }

    public void rollback(long transactionId, int partition) {
        startRecord(RecordFormat.ROLLBACK, 0, partition, transactionId);
        endRecord(partition);
    }

    public void prepare(long transactionId, int partition) {
        startRecord(RecordFormat.PREPARE, 0, partition, transactionId);
        endRecord(partition);
    }

    /** @param operations how many operations of the transaction in the partition stay */
    public void rollbackTo(long transactionId, int partition, long operations) {
        startRecord(RecordFormat.ROLLBACK_TO, 0, partition, transactionId);
        putLong(operations);
        endRecord(partition);
    }

    /** A row alone, outside of any record; {@link RecordCursor#row} reads it. */
    public void row(Row row) {
        start = sink.length();
        at = start;
        bytes = sink.reserve(0);
        putRow(row);
        sink.added(0, at - start);
    }

    private static int dataFlags(long transactionId) {
        return transactionId == WalRecord.NO_TRANSACTION ? RecordFormat.NO_TRANSACTION_FLAG : 0;
    }

    private static int optional(@Nullable Row row) {
        return row == null ? 0 : RecordFormat.HAS_OPTIONAL;
    }

    private void startRecord(byte type, int flags, int partition, long transactionId) {
        start = sink.length();
        at = start;
        // The sink may have got another array since the last record.
        bytes = sink.reserve(RecordFormat.BODY_OFFSET);
        bytes[start + RecordFormat.TYPE_OFFSET] = type;
        bytes[start + RecordFormat.FLAGS_OFFSET] = (byte) flags;
        SHORT.set(bytes, start + RecordFormat.PARTITION_OFFSET, (short) partition);
        LONG.set(bytes, start + RecordFormat.TRANSACTION_OFFSET, transactionId);
        at = start + RecordFormat.BODY_OFFSET;
    }

    private void endRecord(int partition) {
        INT.set(bytes, start + RecordFormat.LENGTH_OFFSET, at - start);
        sink.added(partition, at - start);
    }

    /** Has room for more bytes of the record that is being made, which the sink does not count yet. */
    private void reserve(int more) {
        if (more > bytes.length - at) {
            bytes = sink.reserve(at - start + more);
        }
    }

    private void putByte(int value) {
        reserve(1);
        bytes[at++] = (byte) value;
    }

    private void putInt(int value) {
        reserve(Integer.BYTES);
        INT.set(bytes, at, value);
        at += Integer.BYTES;
    }

    private void putLong(long value) {
        reserve(Long.BYTES);
        LONG.set(bytes, at, value);
        at += Long.BYTES;
    }

    private void putBytes(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    private void putTable(String name) {
        if (!name.equals(table)) {
            tableBytes = name.getBytes(StandardCharsets.UTF_8);
            // Last: a name without its bytes would give the next record those of another table.
            table = name;
        }
        reserve(Short.BYTES);
        SHORT.set(bytes, at, (short) tableBytes.length);
        at += Short.BYTES;
        putBytes(tableBytes);
    }

    private void putRow(Row row) {
        int count = row.values().size();
        putInt(count);
        for (int i = 0; i < count; i++) {
            putValue(row.value(i));
        }
    }

    private void putValue(Value value) {
        if (value instanceof Value.Null) {
            putByte(RecordFormat.NULL);
        } else if (value instanceof Value.Bool bool) {
            putByte(RecordFormat.BOOL);
            putByte(bool.value() ? 1 : 0);
        } else if (value instanceof Value.Int64 int64) {
            putByte(RecordFormat.INT64);
            putLong(int64.value());
        } else if (value instanceof Value.Float64 float64) {
            putByte(RecordFormat.FLOAT64);
            putLong(Double.doubleToRawLongBits(float64.value()));
        } else if (value instanceof Value.Text text) {
            putByte(RecordFormat.TEXT);
            byte[] utf8 = text.value().getBytes(StandardCharsets.UTF_8);
            putInt(utf8.length);
            putBytes(utf8);
        } else if (value instanceof Value.Bytes array) {
            putByte(RecordFormat.BYTES);
            putInt(array.length());
            putBytes(array.array());
        } else if (value instanceof Value.Timestamp timestamp) {
            putByte(RecordFormat.TIMESTAMP);
            putLong(timestamp.micros());
        } else if (value instanceof Value.Vector vector) {
            putByte(RecordFormat.VECTOR);
            putInt(vector.length());
            for (float element : vector.array()) {
                putInt(Float.floatToRawIntBits(element));
            }
        }
    }
}
