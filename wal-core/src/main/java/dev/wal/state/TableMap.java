package dev.wal.state;

import dev.wal.WalTransaction;
import dev.wal.record.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
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
        if (transaction == null || !transaction.isActive()) {
            return content.get(key).value();
        }
        KeyUse<K, V> use = use(joined(transaction), key);
        if (use.isConfirmed()) {
            return use.value();
        }
        Entry<V> committed = content.get(key, use.hash());
        use.see(committed);
        return committed.value();
    }

    @Override
    public @Nullable V getForUpdate(K key) {
        return lock(joined(context.required()), key).value();
    }

    @Override
    public @Nullable V put(K key, V value) {
        Objects.requireNonNull(value, "value");
        MapTransaction<K, V> own = joined(context.required());
        KeyUse<K, V> use = lock(own, key);
        V before = use.value();
        WalTransaction transaction = own.transaction();
        Row row = codec.row(use.keyValue(), value);
        int operation = transaction.operations();
        int partition = content.partitionOf(use.hash());
        if (before == null) {
            transaction.insert(table, partition, use.hash(), row);
        } else {
            transaction.update(table, partition, use.hash(), null, row);
        }
        use.write(value, operation);
        return before;
    }

    @Override
    public @Nullable V remove(K key) {
        MapTransaction<K, V> own = joined(context.required());
        KeyUse<K, V> use = lock(own, key);
        V before = use.value();
        if (before != null) {
            WalTransaction transaction = own.transaction();
            int operation = transaction.operations();
            long micros = TimeUnit.MILLISECONDS.toMicros(
                    content.manager().options().clock().millis());
            transaction.delete(
                    table, content.partitionOf(use.hash()), use.hash(), codec.rowOfRemoved(use.keyValue()), micros);
            use.write(null, operation);
        }
        return before;
    }

    /** Locks a key, and makes sure that it has not changed since it was read. */
    private KeyUse<K, V> lock(MapTransaction<K, V> own, K key) {
        KeyUse<K, V> use = use(own, key);
        if (use.isConfirmed()) {
            return use;
        }
        try {
            own.lock(use);
            if (!use.confirm(content.get(key, use.hash()))) {
                throw new StaleReadException("Key " + key + " of '" + table
                        + "' was changed by another transaction after this one read it. Try the whole transaction again, or"
                        + " read with getForUpdate.");
            }
            return use;
        } catch (ConflictException e) {
            throw context.translate(e);
        }
    }

    private KeyUse<K, V> use(MapTransaction<K, V> own, K key) {
        KeyUse<K, V> use = own.use(key);
        if (use == null) {
            use = new KeyUse<>(key, codec.keyValue(key));
            own.add(use);
        }
        return use;
    }

    private MapTransaction<K, V> joined(WalTransaction transaction) {
        MapTransaction<K, V> own = transactions.get(transaction);
        if (own == null) {
            own = new MapTransaction<>(transaction, keyLocks, transactions::remove);
            // First, because it is refused if nobody would say any more when the transaction ends.
            transaction.addListener(own);
            transactions.put(transaction, own);
        }
        return own;
    }

    @Override
    public int size() {
        int size = content.size();
        for (KeyUse<K, V> use : written()) {
            boolean committed = content.get(use.key(), use.hash()).value() != null;
            if (committed != (use.value() != null)) {
                size += committed ? -1 : 1;
            }
        }
        return size;
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        Set<K> own = new HashSet<>();
        Map<K, V> values = new HashMap<>();
        // Copied, because the transaction may go on while its caller goes through the map.
        for (KeyUse<K, V> use : written()) {
            own.add(use.key());
            V value = use.value();
            if (value != null) {
                values.put(use.key(), value);
            }
        }
        Iterator<Map.Entry<K, V>> others = content.iterator((key, entry) -> own.contains(key) ? Entry.absent() : entry);
        return own.isEmpty()
                ? others
                : new ConcatenatedIterator<>(
                        List.of(values.entrySet().iterator(), others).iterator());
    }

    private List<KeyUse<K, V>> written() {
        WalTransaction transaction = context.current();
        MapTransaction<K, V> own = transaction == null ? null : transactions.get(transaction);
        return own == null ? List.of() : own.written();
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
