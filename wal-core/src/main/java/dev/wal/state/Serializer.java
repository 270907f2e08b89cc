package dev.wal.state;

import dev.wal.record.Value;

/**
 * Turns objects into values of a row, and back. Must be safe for use by several threads. Equal keys must give equal values, for as long as the log lives.
 *
 * @param <T> the objects; immutable
 */
public interface Serializer<T> {
    Value toValue(T object);

    T fromValue(Value value);
}
