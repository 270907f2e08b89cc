package dev.wal.state;

import dev.wal.record.Value;

/**
 * Turns objects into values of a row, and back. Must be safe for use by several threads. Equal keys must give equal values, for as long as the log lives; objects of values may change their form, see {@link
 * TableMap.Builder#upcaster}. Never lets the bytes choose a class.
 *
 * @param <T> the objects; immutable
 */
public interface Serializer<T> {
    Value toValue(T object);

    /** Makes an object that shares nothing that can be changed with others. */
    T fromValue(Value value);
}
