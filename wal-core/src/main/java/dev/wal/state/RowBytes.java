package dev.wal.state;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.RecordCursor;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Several values as one: a row in bytes. See docs/format.md, "Records". */
final class RowBytes {
    private RowBytes() {}

    static Value toValue(List<Value> values) {
        RecordBuffer buffer = new RecordBuffer();
        new RecordEncoder(buffer).row(new Row(values));
        return new Value.Bytes(buffer.toByteArray());
    }

    /** @throws IllegalArgumentException if the value is not one that {@link #toValue} made */
    static List<Value> values(Value value) {
        if (!(value instanceof Value.Bytes bytes)) {
            throw new IllegalArgumentException("A row in bytes was expected, not " + value);
        }
        try {
            return RecordCursor.row(ByteBuffer.wrap(bytes.value()).order(ByteOrder.LITTLE_ENDIAN))
                    .values();
        } catch (WalCorruptedException e) {
            throw new IllegalArgumentException(
                    "These " + bytes.length() + " bytes are not a row: another serializer wrote them", e);
        }
    }
}
