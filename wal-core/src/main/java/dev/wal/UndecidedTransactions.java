package dev.wal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of the engine that are in the log without an outcome: what they wrote must stay readable, whatever is checkpointed. Safe for use
 * by several threads.
 */
final class UndecidedTransactions {
    private final Map<Long, Long> firstPositions = new ConcurrentHashMap<>();
    private final Map<Long, PreparedTransaction> prepared = new ConcurrentHashMap<>();

    /**
     * Adds a transaction, before its first batch gets its place.
     *
     * @param position not above that of the batch
     */
    void add(long transactionId, long position) {
        firstPositions.putIfAbsent(transactionId, position);
    }

    /** The transaction has promised that it can be committed. */
    void prepared(PreparedTransaction transaction) {
        prepared.put(transaction.id(), transaction);
    }

    /** Removes a transaction once its outcome is in the log, and its changes, if it was committed, are applied. */
    void remove(long transactionId) {
        prepared.remove(transactionId);
        firstPositions.remove(transactionId);
    }

    /** Position below which none has a record, or the greatest number if there are none. */
    long oldestPosition() {
        long oldest = Long.MAX_VALUE;
        for (long position : firstPositions.values()) {
            oldest = Math.min(oldest, position);
        }
        return oldest;
    }

    @Nullable
    PreparedTransaction findPrepared(long transactionId) {
        return prepared.get(transactionId);
    }

    /** In the order in which they were prepared. */
    List<InDoubtTransaction> inDoubt() {
        return prepared.values().stream()
                .map(PreparedTransaction::describe)
                .sorted(Comparator.comparingLong(InDoubtTransaction::position))
                .toList();
    }
}
