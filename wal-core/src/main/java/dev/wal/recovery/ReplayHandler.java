package dev.wal.recovery;

import dev.wal.record.WalChange;

/** Takes committed changes in commit order, those of a transaction in the order in which they were written. */
@FunctionalInterface
public interface ReplayHandler {
    void change(WalChange change);
}
