package dev.wal.state;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.RecordCursor;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.util.List;

/** Several values as one: a row in bytes. See docs/format.md, "Records". */
final class RowBytes {
    private static final int EXPECTED_PER_VALUE = 16;

    private RowBytes() {}

    static Value toValue(List<Value> values) {
        RecordBuffer buffer = new RecordBuffer(EXPECTED_PER_VALUE * values.size() + Integer.BYTES);
        new RecordEncoder(buffer).row(new Row(values));
        return buffer.toValue();
    }

    /** @throws IllegalArgumentException if the value is not one that {@link #toValue} made */
    static List<Value> values(Value value) {
        if (!(value instanceof Value.Bytes bytes)) {
            throw new IllegalArgumentException("A row in bytes was expected, not " + value);
        }
        try {
            return RecordCursor.row(bytes).values();
        } catch (WalCorruptedException e) {
            throw new IllegalArgumentException(
                    "These " + bytes.length() + " bytes are not a row: another serializer wrote them", e);
        }
    }
}
