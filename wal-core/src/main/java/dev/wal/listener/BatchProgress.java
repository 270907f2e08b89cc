package dev.wal.listener;

import dev.wal.record.WalChange;

/**
 * How much was done of the batch in hand. A poll that was ended within a batch begins with the same batch again: what was done of it is passed over. For one thread.
 */
final class BatchProgress {
    private long position = -1;
    private long seen;
    private long done;

    /** A poll begins. */
    void begin() {
        seen = 0;
    }

    /** Whether the next change of the poll was done before. */
    boolean wasDone(WalChange change) {
        if (change.position() != position) {
            position = change.position();
            seen = 0;
            done = 0;
        }
        return seen++ < done;
    }

    /** The change that was asked about last is done. */
    void done() {
        done = seen;
    }

    /** Forgets everything. */
    void clear() {
        position = -1;
    }
}
