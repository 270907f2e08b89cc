package dev.wal.state;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.record.RecordEncoder;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link DurableMap}: one table of the log, its keys spread over all partitions by a hash. A row holds key and value; the row id is the hash and need not be
 * unique.
 */
public final class TableMap<K, V> implements DurableMap<K, V> {
    /** How long a transaction waits for the lock of a key, unless said otherwise. */
    public static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final String table;
    private final Serializer<K> keys;
    private final Serializer<V> values;
    private final TransactionContext context;
    private final KeyLocks<K> keyLocks;
    private final Map<WalTransaction, MapTransaction<K, V>> transactions = new ConcurrentHashMap<>();
    private final TableState state = new TableState();
    private volatile @Nullable WalManager manager;
    private volatile List<PartitionTable<K, V>> partitions = List.of();

    public TableMap(
            String table, Serializer<K> keys, Serializer<V> values, TransactionContext context, Duration lockTimeout) {
        this.table = table;
        this.keys = keys;
        this.values = values;
        this.context = context;
        this.keyLocks = new KeyLocks<>(table, lockTimeout);
    }

    @Override
    public String table() {
        return table;
    }

    @Override
    public WalState state() {
        return state;
    }

    @Override
    public @Nullable V get(K key) {
        WalTransaction transaction = context.current();
        PartitionTable.Entry<V> committed = committed(key);
        if (transaction == null || !transaction.isActive()) {
            return committed.value();
        }
        MapTransaction<K, V> own = joined(transaction);
        MapTransaction.Write<K, V> write = own.write(key);
        if (write != null) {
            return write.value();
        }
        own.read(key, committed.version());
        return committed.value();
    }

    @Override
    public @Nullable V getForUpdate(K key) {
        WalTransaction transaction = context.required();
        return lock(key, transaction, joined(transaction));
    }

    @Override
    public @Nullable V put(K key, V value) {
        Objects.requireNonNull(value, "value");
        WalTransaction transaction = context.required();
        MapTransaction<K, V> own = joined(transaction);
        V before = lock(key, transaction, own);
        Value keyValue = keys.toValue(key);
        long hash = KeyHash.of(keyValue);
        Row row = Row.of(keyValue, values.toValue(value));
        int operation = transaction.operations();
        int partition = partitionOf(hash);
        if (before == null) {
            transaction.insert(table, partition, hash, row);
        } else {
            transaction.update(table, partition, hash, null, row);
        }
        own.written(key, value, operation);
        return before;
    }

    @Override
    public @Nullable V remove(K key) {
        WalTransaction transaction = context.required();
        MapTransaction<K, V> own = joined(transaction);
        V before = lock(key, transaction, own);
        if (before != null) {
            Value keyValue = keys.toValue(key);
            long hash = KeyHash.of(keyValue);
            int operation = transaction.operations();
            long micros =
                    TimeUnit.MILLISECONDS.toMicros(opened().options().clock().millis());
            transaction.delete(table, partitionOf(hash), hash, Row.of(keyValue), micros);
            own.written(key, null, operation);
        }
        return before;
    }

    /** Locks a key, makes sure that it has not changed since it was read, and returns the value that the transaction sees. */
    private @Nullable V lock(K key, WalTransaction transaction, MapTransaction<K, V> own) {
        try {
            own.lock(key, transaction);
            PartitionTable.Entry<V> committed = committed(key);
            Long read = own.readVersion(key);
            if (read != null && read != committed.version()) {
                throw new StaleReadException("Key " + key + " of '" + table
                        + "' was changed by another transaction after this one read it. Try the whole transaction again, or"
                        + " read with getForUpdate.");
            }
            own.read(key, committed.version());
            MapTransaction.Write<K, V> write = own.write(key);
            return write != null ? write.value() : committed.value();
        } catch (ConflictException e) {
            throw context.translate(e);
        }
    }

    private MapTransaction<K, V> joined(WalTransaction transaction) {
        MapTransaction<K, V> own = transactions.get(transaction);
        if (own == null) {
            own = new MapTransaction<>(keyLocks, completed -> transactions.remove(transaction));
            transactions.put(transaction, own);
            transaction.addListener(own);
        }
        return own;
    }

    @Override
    public int size() {
        int size = 0;
        for (PartitionTable<K, V> partition : recovered()) {
            size += partition.size();
        }
        for (MapTransaction.Write<K, V> write : ownWrites().values()) {
            boolean committed = committed(write.key()).value() != null;
            if (committed != (write.value() != null)) {
                size += committed ? -1 : 1;
            }
        }
        return size;
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        Map<K, MapTransaction.Write<K, V>> own = new HashMap<>(ownWrites());
        for (PartitionTable<K, V> partition : recovered()) {
            partition.forEach((key, value) -> {
                if (!own.containsKey(key)) {
                    action.accept(key, value);
                }
            });
        }
        own.forEach((key, write) -> {
            V value = write.value();
            if (value != null) {
                action.accept(key, value);
            }
        });
    }

    private Map<K, MapTransaction.Write<K, V>> ownWrites() {
        WalTransaction transaction = context.current();
        MapTransaction<K, V> own = transaction == null ? null : transactions.get(transaction);
        return own == null ? Map.of() : own.writes();
    }

    @Override
    public Map<K, V> view() {
        List<PartitionTable<K, V>.Frozen> frozen = opened().betweenCommits(() -> {
            List<PartitionTable<K, V>.Frozen> views = new ArrayList<>();
            recovered().forEach(partition -> views.add(partition.freeze()));
            return views;
        });
        try {
            Map<K, V> copy = new HashMap<>();
            frozen.forEach(view -> view.forEach(copy::put));
            return Collections.unmodifiableMap(copy);
        } finally {
            frozen.forEach(PartitionTable.Frozen::close);
        }
    }

    private PartitionTable.Entry<V> committed(K key) {
        long hash = KeyHash.of(keys.toValue(key));
        List<PartitionTable<K, V>> recovered = recovered();
        return recovered.get(KeyHash.partition(hash, recovered.size())).get(key);
    }

    private int partitionOf(long hash) {
        return KeyHash.partition(hash, recovered().size());
    }

    private WalManager opened() {
        WalManager opened = manager;
        if (opened == null) {
            throw notRecovered();
        }
        return opened;
    }

    private List<PartitionTable<K, V>> recovered() {
        List<PartitionTable<K, V>> recovered = partitions;
        if (recovered.isEmpty()) {
            throw notRecovered();
        }
        return recovered;
    }

    private IllegalStateException notRecovered() {
        return new IllegalStateException(
                "The map '" + table
                        + "' has not been recovered from a log. Attach it when the log is opened; in Spring, declare it as a bean.");
    }

    @Override
    public String toString() {
        return "DurableMap[" + table + "]";
    }

    /** The side that the log sees. */
    private final class TableState implements WalState {
        @Override
        public String name() {
            return table;
        }

        @Override
        public Set<String> tables() {
            return Set.of(table);
        }

        @Override
        public void recovering(WalManager recovering) {
            List<PartitionTable<K, V>> tables = new ArrayList<>();
            for (int i = 0; i < recovering.options().partitions(); i++) {
                tables.add(new PartitionTable<>());
            }
            partitions = List.copyOf(tables);
            manager = recovering;
        }

        @Override
        public void apply(WalChange change) {
            PartitionTable<K, V> target = partitions.get(change.partition());
            WalRecord.Data record = change.record();
            long version = change.position();
            if (record instanceof WalRecord.Insert insert) {
                put(target, insert.data(), version);
            } else if (record instanceof WalRecord.Update update) {
                put(target, update.newData(), version);
            } else if (record instanceof WalRecord.Delete delete) {
                Row key = Objects.requireNonNull(delete.oldData(), "a deleted row has its key");
                target.remove(keys.fromValue(key.value(0)));
            }
        }

        /** Reads the change back: a record that was not written by this map, or whose class cannot be read again, must not reach the log. */
        @Override
        public void check(WalRecord.Data record) {
            Row row = rowOf(record);
            int columns = record instanceof WalRecord.Delete ? 1 : 2;
            if (row == null || row.values().size() != columns) {
                throw notOfThisMap(record, null);
            }
            try {
                K key = keys.fromValue(row.value(0));
                long hash = KeyHash.of(keys.toValue(key));
                if (columns == 2) {
                    values.fromValue(row.value(1));
                }
                if (partitionOf(hash) == record.partition()) {
                    return;
                }
            } catch (RuntimeException e) {
                throw notOfThisMap(record, e);
            }
            throw notOfThisMap(record, null);
        }

        private IllegalArgumentException notOfThisMap(WalRecord.Data record, @Nullable RuntimeException cause) {
            return new IllegalArgumentException(
                    "The DurableMap '" + table + "' could not read this record back: "
                            + record.getClass().getSimpleName() + " of row " + record.rowId() + " in partition "
                            + record.partition() + (cause == null ? "" : " (" + cause + ")")
                            + ". Nothing was written. Write the table through the map alone, and store classes that their"
                            + " serializer can read as well as write.",
                    cause);
        }

        private @Nullable Row rowOf(WalRecord.Data record) {
            if (record instanceof WalRecord.Insert insert) {
                return insert.data();
            }
            return record instanceof WalRecord.Update update ? update.newData() : ((WalRecord.Delete) record).oldData();
        }

        private void put(PartitionTable<K, V> target, Row row, long version) {
            target.put(keys.fromValue(row.value(0)), values.fromValue(row.value(1)), version);
        }

        @Override
        public Frozen freeze(int partition) {
            return new FrozenTable(partition, partitions.get(partition).freeze());
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            PartitionTable<K, V> target = partitions.get(partition);
            // A newer snapshot that turned out to be damaged may have left a part of itself.
            target.clear();
            TableContent content = new TableContent(table, partition, partitions.size(), snapshot);
            for (Row row = content.next(); row != null; row = content.next()) {
                put(target, row, 0);
            }
        }
    }

    /** Writes entries as Insert records, which is how they come back. */
    private final class FrozenTable implements WalState.Frozen {
        private final int partition;
        private final PartitionTable<K, V>.Frozen view;

        private FrozenTable(int partition, PartitionTable<K, V>.Frozen view) {
            this.partition = partition;
            this.view = view;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            RecordBuffer buffer = new RecordBuffer();
            RecordEncoder encoder = new RecordEncoder(buffer);
            try {
                view.forEach((key, value) -> {
                    Value keyValue = keys.toValue(key);
                    Row row = Row.of(keyValue, values.toValue(value));
                    encoder.insert(WalRecord.NO_TRANSACTION, table, partition, KeyHash.of(keyValue), row);
                    buffer.drainTo(out);
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void close() {
            view.close();
        }
    }
}
