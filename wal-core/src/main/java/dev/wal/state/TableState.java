package dev.wal.state;

import dev.wal.PreparedChange;
import dev.wal.WalManager;
import dev.wal.common.WalException;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The side of a map that the log sees: the only one that changes what is committed. */
final class TableState<K, V> implements WalState {
    private final MapContent<K, V> content;
    private final RowCodec<K, V> codec;
    private final String table;

    TableState(MapContent<K, V> content) {
        this.content = content;
        this.codec = content.codec();
        this.table = content.table();
    }

    @Override
    public String name() {
        return table;
    }

    @Override
    public Set<String> tables() {
        return Set.of(table);
    }

    @Override
    public void recovering(WalManager manager) {
        content.recovering(manager);
    }

    /**
     * Reads the change back: a record that was not written by this map, or whose class cannot be read again, must not reach the log. What becomes the value of the map is the object that was read, which the
     * caller does not have.
     */
    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        Row row = RowCodec.rowOf(record);
        if (row == null) {
            throw notOfThisMap(record, null);
        }
        try {
            K key = codec.key(row);
            if (content.partitionOf(KeyHash.of(codec.keyValue(key))) != record.partition()) {
                throw notOfThisMap(record, null);
            }
            return record instanceof WalRecord.Delete ? new Removal(key) : new Setting(key, codec.value(row));
        } catch (WalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw notOfThisMap(record, e);
        }
    }

    private IllegalArgumentException notOfThisMap(WalRecord.Data record, @Nullable RuntimeException cause) {
        return new IllegalArgumentException(
                "The DurableMap '" + table + "' cannot read this record: "
                        + record.getClass().getSimpleName() + " of row " + record.rowId() + " in partition "
                        + record.partition() + (cause == null ? "" : " (" + cause + ")")
                        + ". It is refused, and nothing was changed. Write the table through the map alone, and store"
                        + " classes that their serializer can read as well as write.",
                cause);
    }

    @Override
    public void apply(WalChange change) {
        prepare(change.record()).apply(change);
    }

    private final class Setting implements PreparedChange {
        private final K key;
        private final V value;

        private Setting(K key, V value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public void apply(WalChange committed) {
            // Not the position: a transaction that sets a key twice gives it two values at the same one.
            put(committed.partition(), key, value, committed.lsn());
        }
    }

    private final class Removal implements PreparedChange {
        private final K key;

        private Removal(K key) {
            this.key = key;
        }

        @Override
        public void apply(WalChange committed) {
            content.partition(committed.partition()).remove(key);
        }
    }

    private void put(int partition, K key, V value, long version) {
        content.partition(partition).put(key, content.entry(key, value, version));
    }

    @Override
    public void restore(int partition, InputStream snapshot) throws IOException {
        // A newer snapshot that turned out to be damaged may have left a part of itself.
        content.partition(partition).clear();
        TableContent entries =
                new TableContent(table, partition, content.partitions().size(), snapshot);
        for (Row row = entries.next(); row != null; row = entries.next()) {
            put(partition, codec.key(row), codec.value(row), 0);
        }
    }

    @Override
    public boolean recoversInAnyThread() {
        return true;
    }

    @Override
    public Frozen freeze(int partition) {
        PartitionTable<K, V>.Frozen view = content.partition(partition).freeze();
        return new Frozen() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                write(partition, view.iterator(), out);
            }

            @Override
            public void close() {
                view.close();
            }
        };
    }

    /** Writes entries as Insert records, which is how they come back. */
    private void write(int partition, Iterator<Map.Entry<K, V>> entries, OutputStream out) throws IOException {
        RecordBuffer buffer = new RecordBuffer(1024);
        RecordEncoder encoder = new RecordEncoder(buffer);
        try {
            while (entries.hasNext()) {
                Map.Entry<K, V> entry = entries.next();
                Value keyValue = codec.keyValue(entry.getKey());
                Row row = codec.row(keyValue, entry.getValue());
                encoder.insert(WalRecord.NO_TRANSACTION, table, partition, KeyHash.of(keyValue), row);
                buffer.drainTo(out);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
