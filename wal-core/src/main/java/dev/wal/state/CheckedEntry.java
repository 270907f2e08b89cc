package dev.wal.state;

import dev.wal.record.Row;

/** An entry that knows what its value was written as, so that it can be seen whether somebody changed it in place. */
final class CheckedEntry<V> extends Entry<V> {
    private final Row written;

    CheckedEntry(V value, long version, Row written) {
        super(value, version);
        this.written = written;
    }

    Row written() {
        return written;
    }
}
