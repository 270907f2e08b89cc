package dev.wal.benchmark;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** While it is frozen, the first change of a key saves what the key had: what the engine does. */
final class SavingMap implements Freezable {
    private final ConcurrentMap<Long, Account> entries = new ConcurrentHashMap<>();
    private volatile @Nullable Saved frozen;

    @Override
    public @Nullable Account get(long key) {
        return entries.get(key);
    }

    @Override
    public void put(long key, Account value) {
        Saved view = frozen;
        if (view != null) {
            Account before = entries.get(key);
            if (before != null) {
                view.saved.putIfAbsent(key, before);
            }
        }
        entries.put(key, value);
    }

    @Override
    public View freeze() {
        Saved view = new Saved();
        frozen = view;
        return view;
    }

    private final class Saved implements View {
        private final ConcurrentMap<Long, Account> saved = new ConcurrentHashMap<>();

        @Override
        public void forEach(BiConsumer<Long, Account> action) {
            entries.forEach((key, value) -> action.accept(key, saved.getOrDefault(key, value)));
        }

        @Override
        public void close() {
            frozen = null;
        }
    }
}
