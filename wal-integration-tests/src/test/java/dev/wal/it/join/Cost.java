package dev.wal.it.join;

import org.HdrHistogram.Histogram;

/**
 * What one measurement found.
 *
 * @param perSecond transactions
 * @param transactions nanoseconds from the call to its return
 * @param handOver nanoseconds from the return until somebody was told; without a count where nobody is told
 * @param waiting of whom nobody was told when it ended
 */
record Cost(double perSecond, Histogram transactions, Histogram handOver, int waiting) {
    private static final double NANOS_PER_MILLI = 1e6;

    static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
