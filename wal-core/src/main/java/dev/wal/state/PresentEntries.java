package dev.wal.state;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Goes through the entries of a table, passing over those without a value. For one thread. */
final class PresentEntries<K, V> implements Iterator<Map.Entry<K, V>> {
    private final Iterator<Map.Entry<K, Entry<V>>> entries;
    private final BiFunction<K, Entry<V>, Entry<V>> seenAs;
    private Map.@Nullable Entry<K, V> next;

    /** @param seenAs what an entry is taken for */
    PresentEntries(Iterator<Map.Entry<K, Entry<V>>> entries, BiFunction<K, Entry<V>, Entry<V>> seenAs) {
        this.entries = entries;
        this.seenAs = seenAs;
    }

    @Override
    public boolean hasNext() {
        while (next == null && entries.hasNext()) {
            Map.Entry<K, Entry<V>> found = entries.next();
            V value = seenAs.apply(found.getKey(), found.getValue()).value();
            if (value != null) {
                next = Map.entry(found.getKey(), value);
            }
        }
        return next != null;
    }

    @Override
    public Map.Entry<K, V> next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Map.Entry<K, V> found = next;
        next = null;
        return found;
    }
}
