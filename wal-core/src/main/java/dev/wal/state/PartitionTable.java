package dev.wal.state;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The committed entries of one partition of a map. Read by any thread; changed, and frozen, by one thread at a time.
 *
 * <p>Freezing copies nothing: from then on the first change of a key saves what the key had. A frozen view is what the table has now, except where something was saved. Memory for it grows
 * with the keys that change while it is open.
 */
final class PartitionTable<K, V> {
    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final List<Frozen> frozen = new CopyOnWriteArrayList<>();

    /** @param version position of the commit that set the value */
    record Entry<V>(@Nullable V value, long version) {
        /** Version of a key without a value. */
        static final long ABSENT = -1;

        static <V> Entry<V> absent() {
            return new Entry<>(null, ABSENT);
        }
    }

    Entry<V> get(K key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? Entry.absent() : entry;
    }

    int size() {
        return entries.size();
    }

    void put(K key, V value, long version) {
        save(key);
        entries.put(key, new Entry<>(value, version));
    }

    void remove(K key) {
        save(key);
        entries.remove(key);
    }

    /** Forgets everything, while nothing is frozen. */
    void clear() {
        entries.clear();
    }

    private void save(K key) {
        for (Frozen view : frozen) {
            // Saved before the change can be seen: who sees the change sees the saved entry too.
            view.saved.putIfAbsent(key, get(key));
        }
    }

    void forEach(BiConsumer<? super K, ? super V> action) {
        entries.forEach((key, entry) -> accept(action, key, entry));
    }

    private static <K, V> void accept(BiConsumer<? super K, ? super V> action, K key, Entry<V> entry) {
        V value = entry.value();
        if (value != null) {
            action.accept(key, value);
        }
    }

    /** The entries at this moment; to be closed. */
    Frozen freeze() {
        Frozen view = new Frozen();
        frozen.add(view);
        return view;
    }

    /** See {@link #freeze()}. For one thread, beside the one that changes the table. */
    final class Frozen implements AutoCloseable {
        private final Map<K, Entry<V>> saved = new ConcurrentHashMap<>();

        /** Shows every entry at least once; more than once the same if the key changes meanwhile. */
        void forEach(BiConsumer<? super K, ? super V> action) {
            entries.forEach((key, entry) -> {
                if (!saved.containsKey(key)) {
                    accept(action, key, entry);
                }
            });
            saved.forEach((key, entry) -> accept(action, key, entry));
        }

        @Override
        public void close() {
            frozen.remove(this);
        }
    }
}
