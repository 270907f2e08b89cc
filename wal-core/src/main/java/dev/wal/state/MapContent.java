package dev.wal.state;

import dev.wal.WalManager;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What is committed of a map, spread over all partitions by the hash of its keys. Read by any thread; changed by {@link TableState} alone. */
final class MapContent<K, V> {
    private final String table;
    private final RowCodec<K, V> codec;
    private final boolean detectsChangesInPlace;
    private volatile @Nullable WalManager manager;
    private volatile List<PartitionTable<K, V>> partitions = List.of();

    /** @param detectsChangesInPlace whether it is remembered what each value was written as */
    MapContent(String table, RowCodec<K, V> codec, boolean detectsChangesInPlace) {
        this.table = table;
        this.codec = codec;
        this.detectsChangesInPlace = detectsChangesInPlace;
    }

    String table() {
        return table;
    }

    RowCodec<K, V> codec() {
        return codec;
    }

    /** Makes room for what is going to be recovered. */
    void recovering(WalManager recovering) {
        List<PartitionTable<K, V>> tables = new ArrayList<>();
        for (int i = 0; i < recovering.options().partitions(); i++) {
            tables.add(new PartitionTable<>());
        }
        partitions = List.copyOf(tables);
        manager = recovering;
    }

    WalManager manager() {
        WalManager opened = manager;
        if (opened == null) {
            throw notRecovered();
        }
        return opened;
    }

    List<PartitionTable<K, V>> partitions() {
        List<PartitionTable<K, V>> recovered = partitions;
        if (recovered.isEmpty()) {
            throw notRecovered();
        }
        return recovered;
    }

    PartitionTable<K, V> partition(int partition) {
        return partitions().get(partition);
    }

    int partitionOf(long hash) {
        return KeyHash.partition(hash, partitions().size());
    }

    Entry<V> get(K key) {
        return get(key, KeyHash.of(codec.keyValue(key)));
    }

    /** @param hash of what the key is stored as */
    Entry<V> get(K key, long hash) {
        Entry<V> entry = partition(partitionOf(hash)).get(key);
        if (detectsChangesInPlace) {
            check(key, entry);
        }
        return entry;
    }

    int size() {
        int size = 0;
        for (PartitionTable<K, V> partition : partitions()) {
            size += partition.size();
        }
        return size;
    }

    /** Entries of all partitions, as {@link PartitionTable#iterator}. */
    Iterator<Map.Entry<K, V>> iterator(BiFunction<K, Entry<V>, Entry<V>> seenAs) {
        return new ConcatenatedIterator<>(partitions().stream()
                .map(partition -> partition.iterator(seenAs))
                .iterator());
    }

    Entry<V> entry(K key, V value, long version) {
        return detectsChangesInPlace
                ? new CheckedEntry<>(value, version, codec.row(codec.keyValue(key), value))
                : new Entry<>(value, version);
    }

    /** @throws ValueChangedInPlaceException if a value is not what it was written as */
    void checkUnchanged() {
        if (!detectsChangesInPlace) {
            throw new IllegalStateException("The map '" + table
                    + "' does not remember what its values were written as: make it with detectChangesInPlace.");
        }
        iterator((key, entry) -> entry).forEachRemaining(entry -> get(entry.getKey()));
    }

    private void check(K key, Entry<V> entry) {
        if (entry instanceof CheckedEntry<V> checked) {
            V value = Objects.requireNonNull(checked.value(), "a checked entry has a value");
            if (!codec.row(codec.keyValue(key), value).equals(checked.written())) {
                throw new ValueChangedInPlaceException(table, key);
            }
        }
    }

    private IllegalStateException notRecovered() {
        return new IllegalStateException(
                "The map '" + table
                        + "' has not been recovered from a log. Attach it when the log is opened; in Spring, declare it as a bean.");
    }
}
