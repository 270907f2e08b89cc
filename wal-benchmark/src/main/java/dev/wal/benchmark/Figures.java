package dev.wal.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one measurement found.
 *
 * @param perSecond commits or records
 * @param forcesPerCommit not a number if forces were not counted
 * @param cpuMicros of the whole process for each of them
 * @param allocatedBytes by the committing threads for each of them
 */
public record Figures(
        double perSecond,
        double forcesPerCommit,
        double p50Micros,
        double p99Micros,
        double maxMicros,
        double cpuMicros,
        double allocatedBytes) {

    static Figures median(List<Figures> all) {
        return new Figures(
                median(all, Figures::perSecond),
                median(all, Figures::forcesPerCommit),
                median(all, Figures::p50Micros),
                median(all, Figures::p99Micros),
                median(all, Figures::maxMicros),
                median(all, Figures::cpuMicros),
                median(all, Figures::allocatedBytes));
    }

    private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return median(all.stream().mapToDouble(figure).toArray());
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
