package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

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
            List<MapRestartFigures> found = new ArrayList<>();
            for (int round = 0; round < options.rounds(); round++) {
                found.add(restart(directory, records));
            }
            MapRestartFigures median = MapRestartFigures.median(found);
            out.println();
            table(records, median).print(out);
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

    private MapRestartFigures restart(Path directory, long records) throws IOException {
        List<String> lines = ChildJvm.run(MapRestartChild.class, options.heap(), directory.toString());
        MapRestartFigures figures = MapRestartFigures.parse(lines);
        if (figures.entries() != options.entries() || figures.applied() < records) {
            throw new IllegalStateException("Found " + Numbers.count(figures.entries()) + " entries and applied "
                    + Numbers.count(figures.applied()) + " records, but there are " + Numbers.count(options.entries())
                    + " and " + Numbers.count(records));
        }
        return figures;
    }

    private MarkdownTable table(long records, MapRestartFigures figures) {
        MarkdownTable table = new MarkdownTable("", "seconds", "per second");
        double opened = figures.openSeconds();
        table.row("open: the log is scanned and verified", Numbers.decimal(opened), bytes(options.tail() / opened));
        table.row(
                "snapshot: verified and restored",
                Numbers.decimal(figures.snapshotSeconds()),
                Numbers.count(options.entries() / figures.snapshotSeconds()) + " entries");
        table.row(
                "log: replayed and applied",
                Numbers.decimal(figures.logSeconds()),
                Numbers.count(records / figures.logSeconds()) + " records");
        table.row("**until the map is there**", Numbers.decimal(figures.seconds()), "");
        table.row("since the JVM was started", Numbers.decimal(figures.sinceStartSeconds()), "");
        table.row("CPU of the JVM", Numbers.decimal(figures.cpuSeconds()), "");
        table.row("of it in pauses for garbage, elapsed", Numbers.decimal(figures.gcSeconds()), "");
        table.row("peak resident, MiB", Numbers.count(figures.peakResidentBytes() / (1 << 20)), "");
        return table;
    }

    private static String bytes(double perSecond) {
        return Numbers.decimal(perSecond / 1e9) + " GB";
    }
}
