package dev.wal.state;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
public interface DurableMap<K, V> extends StateHolder, Iterable<Map.Entry<K, V>> {

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

    /**
     * Sets the value of a key that has none. The key is locked in any case.
     *
     * @return the value that it has already, or null if it was set
     * @throws ConflictException as {@link #getForUpdate}
     */
    default @Nullable V putIfAbsent(K key, V value) {
        Objects.requireNonNull(value, "value");
        V before = getForUpdate(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    /**
     * Sets the value of a key that has one. The key is locked in any case.
     *
     * @return the value before, or null if there was none and nothing was set
     * @throws ConflictException as {@link #getForUpdate}
     */
    default @Nullable V replace(K key, V value) {
        Objects.requireNonNull(value, "value");
        V before = getForUpdate(key);
        if (before != null) {
            put(key, value);
        }
        return before;
    }

    /**
     * Sets the value of a key if it equals the one that is expected. The key is locked in any case.
     *
     * @return whether it was set
     * @throws ConflictException as {@link #getForUpdate}
     */
    default boolean replace(K key, V expected, V value) {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(value, "value");
        boolean equal = expected.equals(getForUpdate(key));
        if (equal) {
            put(key, value);
        }
        return equal;
    }

    /**
     * Locks a key, and sets its value to what a function makes of the one it has; removes the key if that is null. If the function throws, nothing is changed.
     *
     * @param function gets the key, and the value or null; must not change the value in place
     * @return the new value, or null if there is none
     * @throws ConflictException as {@link #getForUpdate}
     */
    default @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        V before = getForUpdate(key);
        V after = function.apply(key, before);
        if (after != null) {
            put(key, after);
        } else if (before != null) {
            remove(key);
        }
        return after;
    }

    /** Number of keys that the caller sees. */
    int size();

    /** Shows every key and value that the caller sees; commits of others meanwhile may be seen in part. See {@link #view()}. */
    default void forEach(BiConsumer<? super K, ? super V> action) {
        forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
    }

    /** Goes through the keys and values that the caller sees, as {@link #forEach(BiConsumer)} does. For one thread, and not beyond the end of its transaction. */
    @Override
    Iterator<Map.Entry<K, V>> iterator();

    /**
     * All that is committed at one moment, with no transaction in part; without what the caller's own transaction has written. Takes no time and copies nothing, however large the map is. Must be closed:
     * as long as it is open, the old value of each key that changes is kept for it.
     */
    MapView<K, V> view();

    /** A copy of what {@link #view()} shows, which belongs to the caller. Does not hold commits up while it is made. */
    default Map<K, V> copy() {
        try (MapView<K, V> view = view()) {
            Map<K, V> copy = new HashMap<>(view.size() * 4 / 3 + 1);
            view.forEach((key, value) -> copy.put(key, value));
            return copy;
        }
    }

    /**
     * Makes sure that no value was changed in place since it was committed; for tests.
     *
     * @throws ValueChangedInPlaceException names a key whose value was
     * @throws IllegalStateException if the map was not made to find that out
     */
    void checkUnchanged();
}
