package dev.wal.state;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a map held at one moment, between two commits. Does not change, and does not hold commits up; what it takes to remember old values is let go of by {@link #close()}. Safe for use by
 * several threads until it is closed.
 */
public interface MapView<K, V> extends Iterable<Map.Entry<K, V>>, AutoCloseable {

    /** Position of the log at that moment: all commits before it are in the view, and none behind. */
    long position();

    /** The value of a key, or null. */
    @Nullable
    V get(K key);

    /** Number of keys. */
    int size();

    /** Shows every key and value once. */
    default void forEach(BiConsumer<? super K, ? super V> action) {
        forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
    }

    /** Every key and value once; to be used up before the view is closed. */
    default Stream<Map.Entry<K, V>> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /** Lets go of what was kept for the view, which must not be used any more. */
    @Override
    void close();
}
