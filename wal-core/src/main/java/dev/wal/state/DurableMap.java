package dev.wal.state;

import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map in memory whose changes are written to a log at the boundary of their transaction, and which recovery fills again. All of it must fit the heap.
 *
 * <p>Reads see the own transaction's writes and what others have committed; they may be made without a transaction. Writes need one. {@link #getForUpdate} and writes lock the key to
 * the boundary of the transaction; writing a key that changed since the transaction read it is refused, so that no update is lost. Rolling back undoes
 * nothing, because nothing was applied.
 *
 * <p>Keys and values must be immutable: a value that is changed in place changes the map without the log. Neither is ever null. Safe for use by several threads, each with a transaction of its own.
 *
 * @param <K> keys, with {@code equals} and {@code hashCode}
 * @param <V> values
 */
public interface DurableMap<K, V> extends StateHolder {

    /** The table of its records in the log. */
    String table();

    /** The value of a key, or null. */
    @Nullable
    V get(K key);

    default boolean containsKey(K key) {
        return get(key) != null;
    }

    /**
     * Locks a key to the boundary of the transaction, whether it has a value or not, and returns the value, or null.
     *
     * @throws ConflictException (or what the framework throws in its place) if the lock cannot be had in time, or the key has changed since the transaction read it
     */
    @Nullable
    V getForUpdate(K key);

    /**
     * Sets the value of a key, and returns the one before, or null.
     *
     * @throws ConflictException as {@link #getForUpdate}
     */
    @Nullable
    V put(K key, V value);

    /**
     * Removes a key, and returns the value that it had, or null.
     *
     * @throws ConflictException as {@link #getForUpdate}
     */
    @Nullable
    V remove(K key);

    /** Number of keys. */
    int size();

    /** Shows every key and value; commits of others meanwhile may be seen in part. See {@link #view()}. */
    void forEach(BiConsumer<? super K, ? super V> action);

    /** An unmodifiable copy of all that is committed at one moment, with no transaction in part. Does not hold commits up while it is made. */
    Map<K, V> view();
}
