package dev.wal.recovery;

import java.util.List;

/**
 * A prepared transaction without an outcome.
 *
 * @param transactionId of the engine
 * @param partitions that it wrote to
 * @param frames where its records are
 * @param position of its Prepare
 * @param preparedMicros when it was prepared, in microseconds since 1970
 */
public record PreparedFrames(
        long transactionId, List<Integer> partitions, TransactionFrames frames, long position, long preparedMicros) {}
