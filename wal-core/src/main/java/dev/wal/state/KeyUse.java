package dev.wal.state;

import dev.wal.record.Value;
import org.jspecify.annotations.Nullable;

/** What a transaction has done with a key: seen, locked, written. For one thread at a time, as the transaction. */
final class KeyUse<K, V> {
    private final K key;
    private final Value keyValue;
    private final long hash;
    private boolean locked;

    /** What others had committed when the transaction first saw the key; null if it has not yet. */
    private @Nullable Entry<V> seen;

    /** Whether that was still so when the key was locked: from then on nobody else changes it. */
    private boolean confirmed;

    private @Nullable Write<V> lastWrite;

    /**
     * @param value null for a removal
     * @param operation which of the transaction's operations it is
     * @param before the one that rolling back to a savepoint in between brings back
     */
    private record Write<V>(
            @Nullable V value, int operation, @Nullable Write<V> before) {}

    KeyUse(K key, Value keyValue) {
        this.key = key;
        this.keyValue = keyValue;
        this.hash = KeyHash.of(keyValue);
    }

    K key() {
        return key;
    }

    /** What the key is stored as. */
    Value keyValue() {
        return keyValue;
    }

    long hash() {
        return hash;
    }

    boolean isLocked() {
        return locked;
    }

    void locked() {
        locked = true;
    }

    /** Whether nobody else can change what the transaction sees. */
    boolean isConfirmed() {
        return confirmed;
    }

    /** Remembers what is committed, unless something was seen before. */
    void see(Entry<V> committed) {
        if (seen == null) {
            seen = committed;
        }
    }

    /** Whether what is committed, now that the key is locked, is what the transaction first saw. */
    boolean confirm(Entry<V> committed) {
        see(committed);
        confirmed = seen != null && seen.version() == committed.version();
        return confirmed;
    }

    boolean isWritten() {
        return lastWrite != null;
    }

    /** The value that the transaction sees, of a key that {@link #isConfirmed()}. */
    @Nullable
    V value() {
        Write<V> write = lastWrite;
        if (write != null) {
            return write.value();
        }
        return seen == null ? null : seen.value();
    }

    void write(@Nullable V value, int operation) {
        lastWrite = new Write<>(value, operation, lastWrite);
    }

    void rolledBackTo(int operations) {
        Write<V> write = lastWrite;
        while (write != null && write.operation() >= operations) {
            write = write.before();
        }
        lastWrite = write;
    }
}
