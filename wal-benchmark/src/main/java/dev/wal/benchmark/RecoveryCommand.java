package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opening and replaying a log, each time in a new JVM, with the page cache warm, and opening it with its files on the disk alone. */
final class RecoveryCommand {
    private final RecoveryOptions options;
    private final PrintStream out;

    RecoveryCommand(RecoveryOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        Path directory = options.directory().resolve("run");
        Directories.delete(directory);
        try {
            WrittenLog log = WrittenLog.write(directory, options.size());
            out.println("A log of " + Numbers.count(log.bytes()) + " bytes, " + Numbers.count(log.records())
                    + " records; a heap of " + options.heap() + "; medians of " + options.rounds() + " JVMs.");
            out.println();
            List<RecoveryFigures> warm = new ArrayList<>();
            List<RecoveryFigures> cold = new ArrayList<>();
            List<Double> disk = new ArrayList<>();
            ColdFiles files = new ColdFiles(directory);
            for (int round = 0; round < options.rounds(); round++) {
                warm.add(recover(log));
                if (files.forget()) {
                    disk.add(files.bandwidth());
                    // Reading around the page cache leaves nothing in it.
                    cold.add(recover(log));
                }
            }
            MarkdownTable table = table(log, RecoveryFigures.median(warm));
            if (cold.isEmpty()) {
                out.println("Nothing has the page cache forget files here: not measured from the disk.");
                out.println();
            } else {
                fromDisk(
                        table,
                        log,
                        RecoveryFigures.median(cold),
                        Figures.median(
                                disk.stream().mapToDouble(Double::doubleValue).toArray()));
            }
            table.print(out);
        } finally {
            Directories.delete(directory);
        }
    }

    private RecoveryFigures recover(WrittenLog log) throws IOException {
        List<String> lines = ChildJvm.run(
                RecoveryChild.class,
                List.of("-Xmx" + options.heap()),
                log.directory().toString());
        RecoveryFigures figures = RecoveryFigures.parse(lines);
        if (figures.records() != (double) log.records()) {
            throw new IllegalStateException("Replayed " + Numbers.count(figures.records()) + " records, but "
                    + Numbers.count(log.records()) + " were written");
        }
        return figures;
    }

    private static MarkdownTable table(WrittenLog log, RecoveryFigures figures) {
        MarkdownTable table = new MarkdownTable("", "seconds", "records/s", "GB/s");
        speed(table, "open", log, figures.openSeconds());
        speed(table, "replay", log, figures.replaySeconds());
        speed(table, "open and replay", log, figures.openSeconds() + figures.replaySeconds());
        speed(table, "open once more, in the same JVM", log, figures.openAgainSeconds());
        table.row("CPU of the JVM", Numbers.decimal(figures.cpuSeconds()), "", "");
        table.row("peak heap, MiB", Numbers.count(figures.peakHeapBytes() / (1 << 20)), "", "");
        table.row("peak resident, MiB", Numbers.count(figures.peakResidentBytes() / (1 << 20)), "", "");
        return table;
    }

    private static void fromDisk(MarkdownTable table, WrittenLog log, RecoveryFigures figures, double bandwidth) {
        speed(table, "open, from the disk", log, figures.openSeconds());
        table.row("the files, read around the page cache", "", "", Numbers.decimal(bandwidth / 1e9));
    }

    private static void speed(MarkdownTable table, String what, WrittenLog log, double seconds) {
        table.row(
                what,
                Numbers.decimal(seconds),
                Numbers.count(log.records() / seconds),
                Numbers.decimal(log.bytes() / seconds / 1e9));
    }
}
