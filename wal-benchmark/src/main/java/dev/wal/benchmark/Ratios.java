package dev.wal.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What one found beside others in the same round. */
final class Ratios {
    private Ratios() {}

    /** What was found for those of some names that took part. */
    static List<List<Figures>> those(Map<String, List<Figures>> found, List<String> names) {
        return names.stream().filter(found::containsKey).map(found::get).toList();
    }

    /** Median of the ratios of each round to the best of some others; a dash if there are none. */
    static String print(List<Figures> rounds, List<List<Figures>> others) {
        return others.isEmpty() ? Numbers.NONE : Numbers.decimal(median(rounds, others));
    }

    static double median(List<Figures> rounds, List<List<Figures>> others) {
        double[] ratios = new double[rounds.size()];
        Arrays.setAll(ratios, round -> rounds.get(round).perSecond() / best(others, round));
        return Figures.median(ratios);
    }

    private static double best(List<List<Figures>> others, int round) {
        return others.stream()
                .mapToDouble(rounds -> rounds.get(round).perSecond())
                .max()
                .orElse(Double.NaN);
    }
}
