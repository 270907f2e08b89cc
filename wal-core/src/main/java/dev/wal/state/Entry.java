package dev.wal.state;

import org.jspecify.annotations.Nullable;

/** What a key has: a value, and which commit gave it that, or nothing. Immutable. */
class Entry<V> {
    private static final Entry<?> ABSENT = new Entry<>(null, -1);

    private final @Nullable V value;
    private final long version;

    /** @param version position of the commit */
    Entry(@Nullable V value, long version) {
        this.value = value;
        this.version = version;
    }

    /** What a key without a value has. */
    @SuppressWarnings("unchecked") // It has no value.
    static <V> Entry<V> absent() {
        return (Entry<V>) ABSENT;
    }

    @Nullable
    V value() {
        return value;
    }

    /** Differs from that of any other value that the key had or will have. */
    long version() {
        return version;
    }
}
