package dev.wal;

/** Knows which partitions there are. */
record PartitionCheck(int partitions) {
    void check(int partition) {
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException("There is no partition " + partition + ": the log has " + partitions
                    + ", numbered from 0 to " + (partitions - 1) + ". Nothing was written.");
        }
    }
}
