package dev.wal.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * What one restart took.
 *
 * @param entries that came back
 * @param applied records of the log
 */
record MapRestartFigures(
        double entries,
        double applied,
        double openSeconds,
        double snapshotSeconds,
        double logSeconds,
        double sinceStartSeconds,
        double cpuSeconds,
        double gcSeconds,
        double peakResidentBytes) {
    private static final String PREFIX = "restart ";
    private static final Pattern SPACE = Pattern.compile(" ");

    /** From the call that opens the log until the map can be used. */
    double seconds() {
        return openSeconds + snapshotSeconds + logSeconds;
    }

    String toLine() {
        return PREFIX + entries + " " + applied + " " + openSeconds + " " + snapshotSeconds + " " + logSeconds + " "
                + sinceStartSeconds + " " + cpuSeconds + " " + gcSeconds + " " + peakResidentBytes;
    }

    /** Finds the line among others. */
    static MapRestartFigures parse(List<String> lines) {
        String line = lines.stream()
                .filter(candidate -> candidate.startsWith(PREFIX))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The restarted JVM printed no figures: " + lines));
        double[] v = SPACE.splitAsStream(line.substring(PREFIX.length()))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new MapRestartFigures(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
    }

    static MapRestartFigures median(List<MapRestartFigures> all) {
        return new MapRestartFigures(
                median(all, MapRestartFigures::entries),
                median(all, MapRestartFigures::applied),
                median(all, MapRestartFigures::openSeconds),
                median(all, MapRestartFigures::snapshotSeconds),
                median(all, MapRestartFigures::logSeconds),
                median(all, MapRestartFigures::sinceStartSeconds),
                median(all, MapRestartFigures::cpuSeconds),
                median(all, MapRestartFigures::gcSeconds),
                median(all, MapRestartFigures::peakResidentBytes));
    }

    private static double median(List<MapRestartFigures> all, ToDoubleFunction<MapRestartFigures> figure) {
        return Figures.median(all.stream().mapToDouble(figure).toArray());
    }
}
