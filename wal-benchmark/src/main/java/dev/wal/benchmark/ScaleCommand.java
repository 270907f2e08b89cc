package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** What becomes of the engine as work grows: threads, partitions, records, transactions, and what was ever written. */
final class ScaleCommand {
    private final ScaleOptions options;
    private final PrintStream out;

    ScaleCommand(ScaleOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions rounds = options.rounds();
        Environment.print(rounds.directory(), out);
        out.println("Each figure once, of " + rounds.seconds().toMillis() / 1e3
                + " s where something is done over and over.");
        print("scale-threads", new ThreadGrowth(rounds), longs(rounds.threads()));
        print("scale-partitions", new PartitionGrowth(), longs(options.partitions()));
        print("scale-records", new RecordGrowth(rounds), longs(options.recordSizes()));
        print("scale-operations", new OperationGrowth(rounds), longs(options.operations()));
        print("scale-log", new HistoryGrowth(), options.logSizes());
    }

    private void print(String name, Growth growth, List<Long> sizes) throws IOException {
        if (!sizes.isEmpty()) {
            Path directory = options.rounds().directory().resolve("run");
            options.plots().draw(name, growth.print(sizes, directory, out), out);
        }
    }

    private static List<Long> longs(List<Integer> sizes) {
        return sizes.stream().map(Integer::longValue).toList();
    }
}
