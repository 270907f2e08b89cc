package dev.wal;

import java.time.Instant;
import java.util.List;

/**
 * A transaction that was prepared and has no outcome yet.
 *
 * @param transactionId unique in the log; negative
 * @param partitions that it wrote to
 * @param position of its Prepare in the total order of the log
 * @param preparedAt when it was prepared
 */
public record InDoubtTransaction(long transactionId, List<Integer> partitions, long position, Instant preparedAt) {

    public InDoubtTransaction {
        partitions = List.copyOf(partitions);
    }
}
