package dev.wal.state;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The committed entries of one partition of a map. Read by any thread; changed, and frozen, by one thread at a time.
 *
 * <p>Freezing copies nothing: from then on the first change of a key saves what the key had. A frozen view is what the table has now, except where something was saved. A key that is removed
 * meanwhile stays as an entry without a value, so that whoever goes through the table comes by every key of the view exactly once. Memory for a view grows with the keys that change while it is open.
 */
final class PartitionTable<K, V> {
    /** How many removed keys are cleared away at each change: more than a change can add. */
    private static final int CLEARED_AT_ONCE = 2;

    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final List<Frozen> frozen = new CopyOnWriteArrayList<>();
    private final AtomicInteger size = new AtomicInteger();

    /** Keys that may have an entry without a value, each once, however often it comes and goes. Only of who changes the table. */
    private final Set<K> removed = new LinkedHashSet<>();

    Entry<V> get(K key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? Entry.absent() : entry;
    }

    int size() {
        return size.get();
    }

    /**
     * Entries with values; those that are changed meanwhile are seen as they were or as they are.
     *
     * @param seenAs what an entry is taken for
     */
    Iterator<Map.Entry<K, V>> iterator(BiFunction<K, Entry<V>, Entry<V>> seenAs) {
        return new PresentEntries<>(entries.entrySet().iterator(), seenAs);
    }

    void put(K key, Entry<V> entry) {
        clearRemoved();
        save(key);
        Entry<V> before = entries.put(key, entry);
        if (before == null || before.value() == null) {
            size.incrementAndGet();
        }
    }

    void remove(K key) {
        clearRemoved();
        if (get(key).value() == null) {
            return;
        }
        save(key);
        if (frozen.isEmpty()) {
            entries.remove(key);
        } else {
            entries.put(key, Entry.absent());
            removed.add(key);
        }
        size.decrementAndGet();
    }

    /** Forgets everything, while nothing is frozen. */
    void clear() {
        entries.clear();
        size.set(0);
    }

    private void save(K key) {
        for (Frozen view : frozen) {
            // Saved before the change can be seen: who sees the change sees the saved entry too.
            view.saved.putIfAbsent(key, get(key));
        }
    }

    /** Views of before the removals have been closed once there is none. */
    private void clearRemoved() {
        if (removed.isEmpty() || !frozen.isEmpty()) {
            return;
        }
        Iterator<K> keys = removed.iterator();
        for (int i = 0; i < CLEARED_AT_ONCE && keys.hasNext(); i++) {
            K key = keys.next();
            keys.remove();
            if (get(key).value() == null) {
                entries.remove(key);
            }
        }
    }

    /** The entries at this moment; to be closed. */
    Frozen freeze() {
        Frozen view = new Frozen();
        frozen.add(view);
        return view;
    }

    /** See {@link #freeze()}. Read by any thread. */
    final class Frozen implements AutoCloseable {
        private final Map<K, Entry<V>> saved = new ConcurrentHashMap<>();
        private final int frozenSize = size.get();

        int size() {
            return frozenSize;
        }

        @Nullable
        V get(K key) {
            return entryThen(key, PartitionTable.this.get(key)).value();
        }

        /** Every entry once. */
        Iterator<Map.Entry<K, V>> iterator() {
            return PartitionTable.this.iterator(this::entryThen);
        }

        /** What a key had when this was frozen. */
        private Entry<V> entryThen(K key, Entry<V> now) {
            Entry<V> changed = saved.get(key);
            return changed == null ? now : changed;
        }

        @Override
        public void close() {
            frozen.remove(this);
            // Whoever keeps the view, which must not be used any more, does not keep the values.
            saved.clear();
        }
    }
}
