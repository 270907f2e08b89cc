package dev.wal.state;

import dev.wal.WalTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a transaction has read, written and locked in one map. For one thread at a time, as the transaction. */
final class MapTransaction<K, V> implements WalTransaction.Listener {
    private final KeyLocks<K> keyLocks;
    private final Consumer<MapTransaction<K, V>> onCompleted;
    private final Map<K, Long> readVersions = new HashMap<>();
    private final List<Write<K, V>> history = new ArrayList<>();
    private final Map<K, Write<K, V>> writes = new HashMap<>();
    private final Set<K> locked = new HashSet<>();

    /**
     * @param value null for a removal
     * @param operation which of the transaction's operations it is
     */
    record Write<K, V>(K key, @Nullable V value, int operation) {}

    MapTransaction(KeyLocks<K> keyLocks, Consumer<MapTransaction<K, V>> onCompleted) {
        this.keyLocks = keyLocks;
        this.onCompleted = onCompleted;
    }

    @Nullable
    Write<K, V> write(K key) {
        return writes.get(key);
    }

    Map<K, Write<K, V>> writes() {
        return writes;
    }

    /** Remembers the first version of a key that was read. */
    void read(K key, long version) {
        readVersions.putIfAbsent(key, version);
    }

    /** The first version of a key that was read, or null. */
    @Nullable
    Long readVersion(K key) {
        return readVersions.get(key);
    }

    void lock(K key, WalTransaction transaction) {
        if (!locked.contains(key) && keyLocks.lock(key, transaction)) {
            locked.add(key);
        }
    }

    void written(K key, @Nullable V value, int operation) {
        Write<K, V> write = new Write<>(key, value, operation);
        history.add(write);
        writes.put(key, write);
    }

    @Override
    public void rolledBackTo(int operations) {
        history.removeIf(write -> write.operation() >= operations);
        writes.clear();
        history.forEach(write -> writes.put(write.key(), write));
    }

    @Override
    public void completed(WalTransaction.Outcome outcome) {
        onCompleted.accept(this);
        locked.forEach(keyLocks::unlock);
    }
}
