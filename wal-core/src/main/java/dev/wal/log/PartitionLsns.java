package dev.wal.log;

/** An LSN for each partition. Immutable. */
public final class PartitionLsns {
    private final long[] lsns;

    PartitionLsns(long[] lsns) {
        this.lsns = lsns.clone();
    }

    public long of(int partition) {
        return lsns[partition];
    }

    public long[] toArray() {
        return lsns.clone();
    }
}
