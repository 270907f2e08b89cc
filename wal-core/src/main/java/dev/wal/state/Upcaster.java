package dev.wal.state;

import dev.wal.record.Value;

/**
 * Turns what one version of a schema wrote into what the next one would have written. Must be safe for use by several threads, always give the same, and stay for as long as a log or a backup may hold the earlier version.
 */
@FunctionalInterface
public interface Upcaster {
    Value upcast(Value earlier);
}
