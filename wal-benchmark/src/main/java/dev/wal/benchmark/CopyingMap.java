package dev.wal.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Freezing copies all references, while nobody may change anything. */
final class CopyingMap implements Freezable {
    private final ConcurrentMap<Long, Account> entries = new ConcurrentHashMap<>();

    @Override
    public @Nullable Account get(long key) {
        return entries.get(key);
    }

    @Override
    public void put(long key, Account value) {
        entries.put(key, value);
    }

    @Override
    public View freeze() {
        List<Map.Entry<Long, Account>> copy = new ArrayList<>(entries.size());
        entries.forEach((key, value) -> copy.add(Map.entry(key, value)));
        return new View() {
            @Override
            public void forEach(BiConsumer<Long, Account> action) {
                copy.forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
            }

            @Override
            public void close() {}
        };
    }
}
