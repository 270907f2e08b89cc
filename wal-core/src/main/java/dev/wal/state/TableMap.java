package dev.wal.state;

import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@link DurableMap}: one table of the log, its keys spread over all partitions by a hash. A row holds key and value; the row id is the hash and need not be
 * unique.
 */
public final class TableMap<K, V> implements DurableMap<K, V> {
    /** How long a transaction waits for the lock of a key, unless said otherwise. */
    public static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final String table;
    private final TransactionContext context;
    private final KeyLocks<K> keyLocks;
    private final MapContent<K, V> content;
    private final RowCodec<K, V> codec;
    private final WalState state;
    private final Map<WalTransaction, MapTransaction<K, V>> transactions = new ConcurrentHashMap<>();

    private TableMap(Builder<K, V> builder) {
        this.table = builder.table;
        this.context = builder.context;
        this.keyLocks = new KeyLocks<>(table, builder.lockTimeout, context::lockWait);
        this.codec = new RowCodec<>(
                builder.keys, new Schema<>(table, builder.values, builder.schemaVersion, builder.upcasters));
        this.content = new MapContent<>(table, codec, builder.detectsChangesInPlace);
        this.state = new TableState<>(content);
    }

    /**
     * Describes a map.
     *
     * @param table its table in the log, the same for ever
     * @param context knows the transaction of who calls the map
     */
    public static <K, V> Builder<K, V> builder(
            String table, Serializer<K> keys, Serializer<V> values, TransactionContext context) {
        return new Builder<>(table, keys, values, context);
    }

    /** Describes a map. For one thread. */
    public static final class Builder<K, V> {
        private final String table;
        private final Serializer<K> keys;
        private final Serializer<V> values;
        private final TransactionContext context;
        private final Map<Integer, Upcaster> upcasters = new TreeMap<>();
        private int schemaVersion = 1;
        private Duration lockTimeout = DEFAULT_LOCK_TIMEOUT;
        private boolean detectsChangesInPlace;

        private Builder(String table, Serializer<K> keys, Serializer<V> values, TransactionContext context) {
            this.table = table;
            this.keys = keys;
            this.values = values;
            this.context = context;
        }

        /**
         * Version of the schema of the values that are written from now on; it is stored with each value. To be raised whenever the serializer could not read what was written before, together
         * with an {@link #upcaster}. 1 unless said otherwise.
         */
        public Builder<K, V> schemaVersion(int version) {
            schemaVersion = version;
            return this;
        }

        /**
         * How values of an earlier version become those of the next; several are applied one after the other.
         *
         * @param fromVersion from 1 to one less than the version of now
         */
        public Builder<K, V> upcaster(int fromVersion, Upcaster upcaster) {
            if (upcasters.put(fromVersion, upcaster) != null) {
                throw new IllegalArgumentException(
                        "Map '" + table + "' has two upcasters from schema version " + fromVersion);
            }
            return this;
        }

        /** How long a transaction waits for the lock of a key, before it is refused with a {@link LockConflictException}. Zero does not wait. */
        public Builder<K, V> lockTimeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException(
                        "The lock timeout of map '" + table + "' must not be negative, but is " + timeout);
            }
            lockTimeout = timeout;
            return this;
        }

        /** Has each read find out whether the value was changed in place since it was committed, and throw {@link ValueChangedInPlaceException}. For tests: takes memory, and time at each read. */
        public Builder<K, V> detectChangesInPlace() {
            detectsChangesInPlace = true;
            return this;
        }

        /** @throws IllegalArgumentException if the upcasters do not lead to the schema version without a gap */
        public TableMap<K, V> build() {
            return new TableMap<>(this);
        }
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
        Entry<V> committed = content.get(key);
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
        Value keyValue = codec.keyValue(key);
        long hash = KeyHash.of(keyValue);
        Row row = codec.row(keyValue, value);
        int operation = transaction.operations();
        int partition = content.partitionOf(hash);
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
            Value keyValue = codec.keyValue(key);
            long hash = KeyHash.of(keyValue);
            int operation = transaction.operations();
            long micros = TimeUnit.MILLISECONDS.toMicros(
                    content.manager().options().clock().millis());
            transaction.delete(table, content.partitionOf(hash), hash, codec.rowOfRemoved(keyValue), micros);
            own.written(key, null, operation);
        }
        return before;
    }

    /** Locks a key, makes sure that it has not changed since it was read, and returns the value that the transaction sees. */
    private @Nullable V lock(K key, WalTransaction transaction, MapTransaction<K, V> own) {
        try {
            own.lock(key, transaction);
            Entry<V> committed = content.get(key);
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
        int size = content.size();
        for (MapTransaction.Write<K, V> write : ownWrites().values()) {
            boolean committed = content.get(write.key()).value() != null;
            if (committed != (write.value() != null)) {
                size += committed ? -1 : 1;
            }
        }
        return size;
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        // Copied, because the transaction may go on while its caller goes through the map.
        Map<K, MapTransaction.Write<K, V>> own = new HashMap<>(ownWrites());
        Iterator<Map.Entry<K, V>> others =
                content.iterator((key, entry) -> own.containsKey(key) ? Entry.absent() : entry);
        return own.isEmpty()
                ? others
                : new ConcatenatedIterator<>(
                        List.of(values(own).iterator(), others).iterator());
    }

    private static <K, V> Set<Map.Entry<K, V>> values(Map<K, MapTransaction.Write<K, V>> writes) {
        Map<K, V> values = new HashMap<>();
        writes.forEach((key, write) -> {
            V value = write.value();
            if (value != null) {
                values.put(key, value);
            }
        });
        return values.entrySet();
    }

    private Map<K, MapTransaction.Write<K, V>> ownWrites() {
        WalTransaction transaction = context.current();
        MapTransaction<K, V> own = transaction == null ? null : transactions.get(transaction);
        return own == null ? Map.of() : own.writes();
    }

    @Override
    public MapView<K, V> view() {
        return content.manager().betweenCommits(position -> new FrozenView<>(content, position));
    }

    @Override
    public void checkUnchanged() {
        content.checkUnchanged();
    }

    @Override
    public String toString() {
        return "DurableMap[" + table + "]";
    }
}
