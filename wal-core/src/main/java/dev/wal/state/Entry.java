package dev.wal.state;

import org.jspecify.annotations.Nullable;

/** What a key has: a value, and which change gave it that, or nothing. Immutable. */
class Entry<V> {
    private static final Entry<?> ABSENT = new Entry<>(null, -1);

    private final @Nullable V value;
    private final long version;

    /** @param version LSN of the change, or 0 of what a snapshot held: it was there before any change that follows */
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
