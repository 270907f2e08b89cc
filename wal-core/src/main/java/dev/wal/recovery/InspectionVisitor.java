package dev.wal.recovery;

import dev.wal.log.UnreadableRange;

/** Sees what a {@link LogInspector} meets, in the order of the log. */
@FunctionalInterface
public interface InspectionVisitor {
    void record(LoggedRecord record);

    /** Bytes that cannot be read, where a mode reads on behind them. */
    default void unreadable(UnreadableRange range) {}
}
