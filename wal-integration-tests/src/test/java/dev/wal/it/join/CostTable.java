package dev.wal.it.join;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What was found, as a Markdown table. Rates are medians of the rounds, times are of all of them together. */
final class CostTable {
    private static final double HALF = 50;
    private static final double MOST = 99;

    private CostTable() {}

    static String of(String title, Map<Way, List<Cost>> ways) {
        StringBuilder table = new StringBuilder("\n### " + title + "\n\n"
                + "| | transactions/s | ÷ database alone | p50 ms | p99 ms | to listener p50 ms | p99 ms | not told at the end |\n"
                + "|---|--:|--:|--:|--:|--:|--:|--:|\n");
        double alone = perSecond(ways.values().iterator().next());
        ways.forEach((way, costs) -> table.append(row(way, costs, alone)));
        return table.toString();
    }

    private static String row(Way way, List<Cost> costs, double alone) {
        Histogram transactions = new Histogram(3);
        Histogram handOver = new Histogram(3);
        costs.forEach(cost -> {
            transactions.add(cost.transactions());
            handOver.add(cost.handOver());
        });
        double perSecond = perSecond(costs);
        return "| %s | %s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        way.name(),
                        String.format(Locale.ROOT, "%,.0f", perSecond),
                        decimal(perSecond / alone),
                        decimal(Cost.millis(transactions, HALF)),
                        decimal(Cost.millis(transactions, MOST)),
                        way.tells() ? decimal(Cost.millis(handOver, HALF)) : "–",
                        way.tells() ? decimal(Cost.millis(handOver, MOST)) : "–",
                        way.tells()
                                ? costs.stream().mapToInt(Cost::waiting).max().orElse(0)
                                : "–");
    }

    private static double perSecond(List<Cost> costs) {
        double[] sorted = costs.stream().mapToDouble(Cost::perSecond).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
