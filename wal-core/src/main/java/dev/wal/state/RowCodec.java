package dev.wal.state;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import org.jspecify.annotations.Nullable;

/** The rows of a map: its key, its value, and the version of the value's schema unless that is 1; see docs/format.md, "DurableMap". Immutable. */
final class RowCodec<K, V> {
    private static final int FIRST_VERSION = 1;

    private final Serializer<K> keys;
    private final Schema<V> schema;

    RowCodec(Serializer<K> keys, Schema<V> schema) {
        this.keys = keys;
        this.schema = schema;
    }

    Value keyValue(K key) {
        return keys.toValue(key);
    }

    Row row(Value keyValue, V value) {
        Value stored = schema.toValue(value);
        return schema.version() == FIRST_VERSION
                ? Row.of(keyValue, stored)
                : Row.of(keyValue, stored, new Value.Int64(schema.version()));
    }

    /** The row of a key that is removed. */
    Row rowOfRemoved(Value keyValue) {
        return Row.of(keyValue);
    }

    K key(Row row) {
        return keys.fromValue(row.value(0));
    }

    V value(Row row) {
        return schema.fromValue(row.value(1), schemaVersion(row));
    }

    private static long schemaVersion(Row row) {
        return row.values().size() == 2 ? FIRST_VERSION : ((Value.Int64) row.value(2)).value();
    }

    /** The row of an operation, if it has the form of those of a map. */
    static @Nullable Row rowOf(WalRecord.Data record) {
        if (record instanceof WalRecord.Insert insert) {
            return hasValue(insert.data()) ? insert.data() : null;
        }
        if (record instanceof WalRecord.Update update) {
            return hasValue(update.newData()) ? update.newData() : null;
        }
        Row removed = ((WalRecord.Delete) record).oldData();
        return removed != null && removed.values().size() == 1 ? removed : null;
    }

    static boolean hasValue(Row row) {
        return switch (row.values().size()) {
            case 2 -> true;
            case 3 -> row.value(2) instanceof Value.Int64 version && version.value() > FIRST_VERSION;
            default -> false;
        };
    }
}
