package dev.wal.log;

import org.jspecify.annotations.Nullable;

/** Those who wait for the next force. Changed by holders of the append lock; volatile for those who look without it. */
final class NextGroup {
    private volatile int commits;
    private volatile int records;
    private volatile @Nullable Batch first;

    void add(Batch commit) {
        // Only written under the append lock.
        int recordsBefore = records;
        int commitsBefore = commits;
        records = recordsBefore + commit.records();
        commits = commitsBefore + 1;
        addFirst(commit);
    }

    /** Adds somebody who commits nothing. */
    void addFirst(Batch waiting) {
        if (first == null) {
            first = waiting;
        }
    }

    /** A force takes them all; returns how many commits they are. */
    int take() {
        int taken = commits;
        commits = 0;
        records = 0;
        first = null;
        return taken;
    }

    int commits() {
        return commits;
    }

    /** Records of the commits. */
    int records() {
        return records;
    }

    @Nullable
    Batch first() {
        return first;
    }
}
