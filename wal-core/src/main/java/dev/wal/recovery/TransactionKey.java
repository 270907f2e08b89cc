package dev.wal.recovery;

/**
 * Tells transactions apart. Ids of callers hold within a partition, those of the engine in the whole log.
 */
record TransactionKey(int partition, long transactionId) {
    private static final int ALL_PARTITIONS = -1;

    static TransactionKey of(int partition, long transactionId) {
        return new TransactionKey(isOfEngine(transactionId) ? ALL_PARTITIONS : partition, transactionId);
    }

    /** Whether this is the key of an id in a partition. */
    boolean is(int otherPartition, long otherId) {
        return transactionId == otherId && (isOfEngine(otherId) || partition == otherPartition);
    }

    static boolean isOfEngine(long transactionId) {
        return transactionId < 0;
    }
}
