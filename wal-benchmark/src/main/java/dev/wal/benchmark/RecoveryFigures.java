package dev.wal.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * What one recovery took.
 *
 * @param records handed over
 * @param openAgainSeconds in the same JVM
 * @param cpuSeconds of the whole process until then
 * @param peakHeapBytes an upper bound
 * @param peakResidentBytes of the whole process
 */
record RecoveryFigures(
        double records,
        double openSeconds,
        double replaySeconds,
        double openAgainSeconds,
        double cpuSeconds,
        double peakHeapBytes,
        double peakResidentBytes) {
    private static final String PREFIX = "recovery ";
    private static final Pattern SPACE = Pattern.compile(" ");

    String toLine() {
        return PREFIX + records + " " + openSeconds + " " + replaySeconds + " " + openAgainSeconds + " " + cpuSeconds
                + " " + peakHeapBytes + " " + peakResidentBytes;
    }

    /** Finds the line among others. */
    static RecoveryFigures parse(List<String> lines) {
        String line = lines.stream()
                .filter(candidate -> candidate.startsWith(PREFIX))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The reading JVM printed no figures: " + lines));
        double[] values = SPACE.splitAsStream(line.substring(PREFIX.length()))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new RecoveryFigures(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
    }

    static RecoveryFigures median(List<RecoveryFigures> all) {
        return new RecoveryFigures(
                median(all, RecoveryFigures::records),
                median(all, RecoveryFigures::openSeconds),
                median(all, RecoveryFigures::replaySeconds),
                median(all, RecoveryFigures::openAgainSeconds),
                median(all, RecoveryFigures::cpuSeconds),
                median(all, RecoveryFigures::peakHeapBytes),
                median(all, RecoveryFigures::peakResidentBytes));
    }

    private static double median(List<RecoveryFigures> all, ToDoubleFunction<RecoveryFigures> figure) {
        return Figures.median(all.stream().mapToDouble(figure).toArray());
    }
}
