package dev.wal.log;

import dev.wal.common.Durability;
import dev.wal.common.WalObserver;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * How a log runs.
 *
 * @param segmentSize bytes of the segments that are made from now on
 * @param maxDisk bytes that segments, snapshots and kept bytes may take for another segment to be made, {@link Long#MAX_VALUE} for no limit
 * @param durability level of commits
 * @param observer sees what the log does
 * @param clockMicros microseconds since 1970
 * @param nanoTime as {@link System#nanoTime()}
 * @param threads what runs beside the callers of a log of a name
 */
public record LogSettings(
        int segmentSize,
        long maxDisk,
        Durability durability,
        WalObserver observer,
        LongSupplier clockMicros,
        LongSupplier nanoTime,
        Function<String, LogThreads> threads) {

    /** With threads of the log's own. */
    public LogSettings(
            int segmentSize,
            long maxDisk,
            Durability durability,
            WalObserver observer,
            LongSupplier clockMicros,
            LongSupplier nanoTime) {
        this(segmentSize, maxDisk, durability, observer, clockMicros, nanoTime, OwnThreads::new);
    }
}
