package dev.wal.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Whether something grows in the long run: the median of the last third is more than a fifth, and a constant, above that of the first third. The first tenth is left out, in which caches fill and code is compiled.
 * Medians do not mind a few odd values.
 */
final class Flatness {
    private static final int FEWEST = 9;
    private static final long MEGABYTE = 1 << 20;

    private final List<Footprint> footprints;
    private final List<String> rows = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private Flatness(List<Footprint> all) {
        this.footprints = all.subList(all.size() / 10, all.size());
    }

    /** Of a log whose segments have a size; of fewer than nine footprints nothing is said. */
    static Flatness of(List<Footprint> all, long segmentSize) {
        Flatness flatness = new Flatness(all);
        if (flatness.footprints.size() >= FEWEST) {
            flatness.judge("heap after collection, bytes", Footprint::heap, 4 * MEGABYTE);
            flatness.judge("direct memory, bytes", Footprint::direct, 4 * MEGABYTE);
            flatness.judge("file descriptors", Footprint::descriptors, 8);
            flatness.judge("threads", Footprint::threads, 4);
            flatness.judge("disk, bytes", Footprint::disk, 8 * segmentSize);
            flatness.judge("files", Footprint::files, 8);
        }
        return flatness;
    }

    private void judge(String what, ToLongFunction<Footprint> value, long constant) {
        int third = footprints.size() / 3;
        long first = median(footprints.subList(0, third), value);
        long last = median(footprints.subList(footprints.size() - third, footprints.size()), value);
        long highest = footprints.stream().mapToLong(value).max().orElseThrow();
        rows.add("| " + what + " | " + first + " | " + last + " | " + highest + " |");
        if (last > 1.2 * first + constant) {
            complaints.add(what + ": " + first + " in the first third, " + last + " in the last");
        }
    }

    private static long median(List<Footprint> some, ToLongFunction<Footprint> value) {
        return some.stream().mapToLong(value).sorted().toArray()[some.size() / 2];
    }

    /** What grows. */
    List<String> complaints() {
        return complaints;
    }

    /** Rows of a table: medians of the first and of the last third, and the highest value. */
    List<String> rows() {
        return rows;
    }
}
