package dev.wal.recovery;

/**
 * A committed transaction that is known to be whole.
 *
 * @param partition of its Commit; one of several for a transaction of the engine
 * @param transactionId negative for a transaction of the engine; {@link dev.wal.record.WalRecord#NO_TRANSACTION} for records of no transaction that one batch committed
 * @param isolationLevel as its Begin says
 * @param position of the commit
 * @param commitTimeMicros of the batch of the commit, in microseconds since 1970
 * @param commitTs as the caller gave it, or {@code commitTimeMicros}
 * @param changes in the order of writing, without what was rolled back to a savepoint
 */
public record CommittedTransaction(
        int partition,
        long transactionId,
        int isolationLevel,
        long position,
        long commitTimeMicros,
        long commitTs,
        Changes changes) {

    /** Changes that are read from the log when they are asked for. */
    @FunctionalInterface
    public interface Changes {
        void forEach(ReplayHandler handler);
    }
}
