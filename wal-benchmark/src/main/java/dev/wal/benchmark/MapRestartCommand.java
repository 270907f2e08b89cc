package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToDoubleFunction;

/** Opening a log whose map comes back from a snapshot and the log behind it, each time in a new JVM, with the page cache warm. */
final class MapRestartCommand {
    private final MapRestartOptions options;
    private final PrintStream out;

    MapRestartCommand(MapRestartOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        Path directory = options.directory().resolve("run");
        Directories.delete(directory);
        try {
            long records = write(directory);
            out.println(Account.describe(options.entries()) + " in a snapshot, and " + Numbers.count(options.tail())
                    + " bytes of log behind it: "
                    + Numbers.count(records) + " records, 2 a transaction. A heap of " + options.heap()
                    + "; medians of " + options.rounds() + " JVMs.");
            Map<String, List<MapRestartFigures>> found = new LinkedHashMap<>();
            for (int round = 0; round < options.rounds(); round++) {
                for (String collector : options.collectors()) {
                    found.computeIfAbsent(collector, key -> new ArrayList<>())
                            .add(restart(directory, collector, records));
                }
            }
            out.println();
            table(found).print(out);
        } finally {
            Directories.delete(directory);
        }
    }

    /** How many records are behind the snapshot. */
    private long write(Path directory) {
        try (AccountMap accounts = new AccountMap(directory, Durability.noSync(), false)) {
            accounts.fill(options.entries());
            accounts.manager().checkpointAll();
            long start = accounts.manager().status().position();
            long records = 0;
            ThreadLocalRandom random = ThreadLocalRandom.current();
            while (accounts.manager().status().position() - start < options.tail()) {
                long one = random.nextInt(options.entries());
                accounts.transfer(one, (one + 1) % options.entries(), 1);
                records += 2;
            }
            return records;
        }
    }

    private MapRestartFigures restart(Path directory, String collector, long records) throws IOException {
        List<String> lines = ChildJvm.run(
                MapRestartChild.class,
                List.of("-Xmx" + options.heap(), "-XX:+Use" + collector + "GC"),
                directory.toString());
        MapRestartFigures figures = MapRestartFigures.parse(lines);
        if (figures.entries() != options.entries() || figures.applied() < records) {
            throw new IllegalStateException("Found " + Numbers.count(figures.entries()) + " entries and applied "
                    + Numbers.count(figures.applied()) + " records, but there are " + Numbers.count(options.entries())
                    + " and " + Numbers.count(records));
        }
        return figures;
    }

    private static MarkdownTable table(Map<String, List<MapRestartFigures>> found) {
        List<String> header = new ArrayList<>(List.of("seconds, by the collector of garbage"));
        header.addAll(found.keySet());
        MarkdownTable table = new MarkdownTable(header.toArray(String[]::new));
        List<MapRestartFigures> medians =
                found.values().stream().map(MapRestartFigures::median).toList();
        row(table, "open: the log is scanned and verified", medians, MapRestartFigures::openSeconds);
        row(table, "snapshots: verified and restored", medians, MapRestartFigures::snapshotSeconds);
        row(table, "log: replayed and applied", medians, MapRestartFigures::logSeconds);
        row(table, "**until the map is there**", medians, MapRestartFigures::seconds);
        row(table, "of it in pauses for garbage", medians, MapRestartFigures::gcSeconds);
        row(table, "since the JVM was started", medians, MapRestartFigures::sinceStartSeconds);
        row(table, "processor time of the JVM", medians, MapRestartFigures::cpuSeconds);
        row(table, "peak resident, GiB", medians, figures -> figures.peakResidentBytes() / (1 << 30));
        return table;
    }

    private static void row(
            MarkdownTable table,
            String what,
            List<MapRestartFigures> figures,
            ToDoubleFunction<MapRestartFigures> figure) {
        List<String> cells = new ArrayList<>(List.of(what));
        figures.forEach(one -> cells.add(Numbers.decimal(figure.applyAsDouble(one))));
        table.row(cells.toArray(String[]::new));
    }
}
