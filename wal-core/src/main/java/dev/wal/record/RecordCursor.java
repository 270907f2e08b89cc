package dev.wal.record;

import dev.wal.common.WalCorruptedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of a payload. What every record begins with can be asked without decoding the rest. For one thread.
 *
 * <p>The checksum of a payload was verified before; bytes that make no sense all the same are an error of the program that wrote them, reported as {@link
 * WalCorruptedException}. No memory is allocated for a length before that many bytes are known to be there.
 */
public final class RecordCursor {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int partitions;
    private ByteBuffer payload = NOTHING;
    private long position;
    private long frameCommitTime;
    private int start;
    private int end;
    private int at;

    /** The last table name and its bytes: neighbours tend to have the same. */
    private byte[] tableBytes = NOTHING.array();

    private String table = "";

    /** @param partitions how many there are; a record of another one is reported as damage */
    public RecordCursor(int partitions) {
        this.partitions = partitions;
    }

    /**
     * Goes to the beginning of a payload.
     *
     * @param newPayload little-endian, from its position 0 to its limit
     * @param atPosition of the frame, for messages
     * @param commitTimeMicros of the frame, the time of commits without one of their own
     */
    public void reset(ByteBuffer newPayload, long atPosition, long commitTimeMicros) {
        payload = newPayload;
        position = atPosition;
        frameCommitTime = commitTimeMicros;
        start = 0;
        end = 0;
    }

    /** Goes to the next record; false at the end. */
    public boolean next() {
        start = end;
        int limit = payload.limit();
        if (start == limit) {
            return false;
        }
        int left = limit - start;
        int length = left < RecordFormat.BODY_OFFSET ? -1 : payload.getInt(start + RecordFormat.LENGTH_OFFSET);
        if (length < RecordFormat.BODY_OFFSET || length > left) {
            throw damaged("a record has an impossible length");
        }
        end = start + length;
        if (partition() >= partitions) {
            throw damaged("a record has an impossible partition");
        }
        return true;
    }

    /** Goes to the record at an index that {@link #offset()} returned for this payload. */
    public void moveTo(int offset) {
        end = offset;
        next();
    }

    /** Index of the current record in the payload. */
    public int offset() {
        return start;
    }

    /** Bytes of the current record. */
    public int length() {
        return end - start;
    }

    public int partition() {
        return Short.toUnsignedInt(payload.getShort(start + RecordFormat.PARTITION_OFFSET));
    }

    public long transactionId() {
        return payload.getLong(start + RecordFormat.TRANSACTION_OFFSET);
    }

    public boolean isData() {
        byte type = type();
        return type == RecordFormat.INSERT || type == RecordFormat.UPDATE || type == RecordFormat.DELETE;
    }

    public boolean isBegin() {
        return type() == RecordFormat.BEGIN;
    }

    public boolean isPrepare() {
        return type() == RecordFormat.PREPARE;
    }

    public boolean isCommit() {
        return type() == RecordFormat.COMMIT;
    }

    public boolean isRollback() {
        return type() == RecordFormat.ROLLBACK;
    }

    public boolean isRollbackTo() {
        return type() == RecordFormat.ROLLBACK_TO;
    }

    public boolean isCheckpoint() {
        return type() == RecordFormat.CHECKPOINT;
    }

    private byte type() {
        return payload.get(start + RecordFormat.TYPE_OFFSET);
    }

    private boolean has(int flag) {
        return (payload.get(start + RecordFormat.FLAGS_OFFSET) & flag) != 0;
    }

    /** The current record, decoded. */
    public WalRecord record() {
        at = start + RecordFormat.BODY_OFFSET;
        WalRecord record = decode();
        if (at != end) {
            throw damaged("a record is longer than its content");
        }
        return record;
    }

    /** The current record, which {@link #isData()}, decoded. */
    public WalRecord.Data data() {
        return (WalRecord.Data) record();
    }

    /**
     * Decodes a row that is alone, as {@link RecordEncoder#row} writes it.
     *
     * @throws WalCorruptedException if it cannot be decoded
     */
    public static Row row(Value.Bytes encoded) {
        RecordCursor cursor = new RecordCursor(1);
        cursor.reset(ByteBuffer.wrap(encoded.array()).order(ByteOrder.LITTLE_ENDIAN), 0, 0);
        cursor.end = encoded.length();
        Row row = cursor.takeRow();
        if (cursor.at != cursor.end) {
            throw cursor.damaged("a row is longer than its values");
        }
        return row;
    }

    private WalRecord decode() {
        int partition = partition();
        long transactionId = transactionId();
        return switch (type()) {
            case RecordFormat.INSERT ->
                new WalRecord.Insert(transactionId, takeTable(), partition, takeLong(), takeRow());
            case RecordFormat.UPDATE ->
                new WalRecord.Update(transactionId, takeTable(), partition, takeLong(), takeOptionalRow(), takeRow());
            case RecordFormat.DELETE -> takeDelete(transactionId, partition);
            case RecordFormat.BEGIN -> new WalRecord.Begin(transactionId, partition, takeInt());
            case RecordFormat.PREPARE -> new WalRecord.Prepare(transactionId, partition);
            case RecordFormat.COMMIT ->
                new WalRecord.Commit(
                        transactionId, partition, has(RecordFormat.HAS_OPTIONAL) ? takeLong() : frameCommitTime);
            case RecordFormat.ROLLBACK -> new WalRecord.Rollback(transactionId, partition);
            case RecordFormat.ROLLBACK_TO -> new WalRecord.RollbackTo(transactionId, partition, takeLong());
            case RecordFormat.CHECKPOINT -> new WalRecord.Checkpoint(partition, takeLong(), takeLong());
            default -> throw damaged("a record has the unknown type " + type());
        };
    }

    private WalRecord.Delete takeDelete(long transactionId, int partition) {
        String table = takeTable();
        long rowId = takeLong();
        long timestampMicros = takeLong();
        return new WalRecord.Delete(transactionId, table, partition, rowId, takeOptionalRow(), timestampMicros);
    }

    /** Makes sure that a number of bytes is left in the record, and returns where they begin. */
    private int take(long bytes) {
        if (bytes < 0 || bytes > end - at) {
            throw damaged("a record ends before its content");
        }
        int from = at;
        at += (int) bytes;
        return from;
    }

    private int takeInt() {
        return payload.getInt(take(Integer.BYTES));
    }

    private long takeLong() {
        return payload.getLong(take(Long.BYTES));
    }

    private byte[] takeBytes(long length) {
        int from = take(length);
        byte[] bytes = new byte[(int) length];
        payload.get(from, bytes);
        return bytes;
    }

    private String takeText(long length) {
        if (payload.hasArray()) {
            int from = take(length);
            return new String(payload.array(), payload.arrayOffset() + from, (int) length, StandardCharsets.UTF_8);
        }
        return new String(takeBytes(length), StandardCharsets.UTF_8);
    }

    private String takeTable() {
        int length = Short.toUnsignedInt(payload.getShort(take(Short.BYTES)));
        int from = take(length);
        if (!isLastTable(from, length)) {
            tableBytes = new byte[length];
            payload.get(from, tableBytes);
            table = new String(tableBytes, StandardCharsets.UTF_8);
        }
        return table;
    }

    private boolean isLastTable(int from, int length) {
        if (length != tableBytes.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (payload.get(from + i) != tableBytes[i]) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Row takeOptionalRow() {
        return has(RecordFormat.HAS_OPTIONAL) ? takeRow() : null;
    }

    private Row takeRow() {
        long count = Integer.toUnsignedLong(takeInt());
        // Each value takes at least its tag.
        if (count > end - at || count > Row.MAX_VALUES) {
            throw damaged("a row has an impossible number of values");
        }
        Value[] values = new Value[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = takeValue();
        }
        return Row.of(values);
    }

    private Value takeValue() {
        byte tag = payload.get(take(1));
        return switch (tag) {
            case RecordFormat.NULL -> Value.Null.INSTANCE;
            case RecordFormat.BOOL -> new Value.Bool(payload.get(take(1)) != 0);
            case RecordFormat.INT64 -> new Value.Int64(takeLong());
            case RecordFormat.FLOAT64 -> new Value.Float64(Double.longBitsToDouble(takeLong()));
            case RecordFormat.TEXT -> new Value.Text(takeText(Integer.toUnsignedLong(takeInt())));
            case RecordFormat.BYTES -> Value.Bytes.owning(takeBytes(Integer.toUnsignedLong(takeInt())));
            case RecordFormat.TIMESTAMP -> new Value.Timestamp(takeLong());
            case RecordFormat.VECTOR -> takeVector();
            default -> throw damaged("a value has the unknown tag " + tag);
        };
    }

    private Value takeVector() {
        long count = Integer.toUnsignedLong(takeInt());
        int from = take(count * Float.BYTES);
        float[] elements = new float[(int) count];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = Float.intBitsToFloat(payload.getInt(from + i * Float.BYTES));
        }
        return new Value.Vector(elements);
    }

    private WalCorruptedException damaged(String what) {
        return new WalCorruptedException("The batch at position " + position + " cannot be decoded at byte " + start
                + " of its payload: " + what + ", though its checksum holds. The program that wrote it was faulty.");
    }
}
