package dev.wal.benchmark;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Each value has a version and, where a view may need it, the one before. What a closed view needed stays until its key is changed again. */
final class VersionedMap implements Freezable {
    private static final long NONE = -1;

    private final ConcurrentMap<Long, Version> entries = new ConcurrentHashMap<>();
    private long version;
    private volatile long frozen = NONE;

    private record Version(
            Account value, long version, @Nullable Version before) {}

    @Override
    public @Nullable Account get(long key) {
        Version last = entries.get(key);
        return last == null ? null : last.value;
    }

    @Override
    public void put(long key, Account value) {
        version++;
        long needed = frozen;
        Version last = needed == NONE ? null : entries.get(key);
        Version before = last == null || last.version <= needed ? last : last.before;
        entries.put(key, new Version(value, version, before));
    }

    @Override
    public View freeze() {
        long now = version;
        frozen = now;
        return new View() {
            @Override
            public void forEach(BiConsumer<Long, Account> action) {
                entries.forEach((key, last) -> {
                    Version then = last;
                    while (then != null && then.version > now) {
                        then = then.before;
                    }
                    if (then != null) {
                        action.accept(key, then.value);
                    }
                });
            }

            @Override
            public void close() {
                frozen = NONE;
            }
        };
    }
}
