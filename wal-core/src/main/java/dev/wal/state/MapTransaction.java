package dev.wal.state;

import dev.wal.WalTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a transaction has read, locked and written in one map. For one thread at a time, as the transaction. */
final class MapTransaction<K, V> implements WalTransaction.Listener {
    private final WalTransaction transaction;
    private final KeyLocks<K> keyLocks;
    private final Consumer<WalTransaction> onCompleted;
    private final Map<K, KeyUse<K, V>> uses = new HashMap<>();

    MapTransaction(WalTransaction transaction, KeyLocks<K> keyLocks, Consumer<WalTransaction> onCompleted) {
        this.transaction = transaction;
        this.keyLocks = keyLocks;
        this.onCompleted = onCompleted;
    }

    WalTransaction transaction() {
        return transaction;
    }

    /** What was done with a key, or null. */
    @Nullable
    KeyUse<K, V> use(K key) {
        return uses.get(key);
    }

    void add(KeyUse<K, V> use) {
        uses.put(use.key(), use);
    }

    /**
     * Locks a key to the end of the transaction.
     *
     * @throws LockConflictException as {@link KeyLocks#lock}
     */
    void lock(KeyUse<K, V> use) {
        if (!use.isLocked()) {
            keyLocks.lock(use.key(), transaction);
            use.locked();
        }
    }

    /** Keys that were written, as the transaction sees them. */
    List<KeyUse<K, V>> written() {
        List<KeyUse<K, V>> written = new ArrayList<>();
        for (KeyUse<K, V> use : uses.values()) {
            if (use.isWritten()) {
                written.add(use);
            }
        }
        return written;
    }

    @Override
    public void rolledBackTo(int operations) {
        uses.values().forEach(use -> use.rolledBackTo(operations));
    }

    @Override
    public void completed(WalTransaction.Outcome outcome) {
        onCompleted.accept(transaction);
        for (KeyUse<K, V> use : uses.values()) {
            if (use.isLocked()) {
                keyLocks.unlock(use.key());
            }
        }
    }
}
