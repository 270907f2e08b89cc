package dev.wal.log;

/** What a force covers: all that was staged when its write began. Owned by the one thread that forces. */
final class ForceScope {
    private final long[] nextLsns;

    /** Written under the append lock. */
    private long end;

    private int commits;

    ForceScope(int partitions) {
        nextLsns = new long[partitions];
    }

    void takeLocked(TailState state) {
        end = state.appended();
        commits = state.nextGroup.take();
        System.arraycopy(state.sequencer.nextLsns(), 0, nextLsns, 0, nextLsns.length);
        state.unforcedAge.forcing();
    }

    /** Position up to which the force goes. */
    long end() {
        return end;
    }

    /** Commits that wait for it. */
    int commits() {
        return commits;
    }

    void copyNextLsns(long[] target) {
        System.arraycopy(nextLsns, 0, target, 0, target.length);
    }
}
