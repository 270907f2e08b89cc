package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Map operations per second in transactions: the durable map beside another transactional map, and beside a map that is nothing but a map. */
final class MapsCommand {
    private static final String NO_SYNC = "engine at no-sync";
    private static final String GROUP_COMMIT = "engine at group-commit";
    private static final String STORE_WRITTEN = "MVStore written each second";
    private static final String STORE_FORCED = "MVStore forced";
    private static final String PLAIN = "ConcurrentHashMap";

    private final MapsOptions options;
    private final PrintStream out;

    MapsCommand(MapsOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions rounds = options.rounds();
        int entries = options.entries();
        Environment.print(rounds.directory(), out);
        Environment.printMemory(out);
        out.println(Account.describe(entries) + ", "
                + Engine.PARTITIONS + " partitions. A transaction moves an amount between two of them: "
                + MapContenders.OPERATIONS
                + " operations (2 getForUpdate, 2 put), 2 records. Checkpoints by size meanwhile.");
        out.println("Medians of " + rounds.rounds() + " rounds of "
                + rounds.seconds().toMillis() / 1e3 + " s.");
        for (int threads : rounds.threads()) {
            Map<String, List<Figures>> found = new Rounds(rounds)
                    .run(List.of(
                            MapContenders.engine(NO_SYNC, Durability.noSync(), entries, threads),
                            StoreMap.of(STORE_WRITTEN, false, entries, threads),
                            MapContenders.engine(GROUP_COMMIT, Durability.groupCommit(), entries, threads),
                            StoreMap.of(STORE_FORCED, true, entries, threads),
                            MapContenders.plain(PLAIN, entries, threads)));
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table(found).print(out);
        }
    }

    private static MarkdownTable table(Map<String, List<Figures>> found) {
        MarkdownTable table = new MarkdownTable(
                "",
                "map operations/s",
                "transactions/s",
                "forces/transaction",
                "p50 µs",
                "p99 µs",
                "CPU µs/transaction",
                "bytes allocated/transaction");
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    Numbers.count(median.perSecond() / MapContenders.OPERATIONS),
                    Numbers.share(median.forcesPerCommit() * MapContenders.OPERATIONS),
                    Numbers.decimal(median.p50Micros()),
                    Numbers.decimal(median.p99Micros()),
                    Numbers.decimal(median.cpuMicros() * MapContenders.OPERATIONS),
                    Numbers.count(median.allocatedBytes() * MapContenders.OPERATIONS));
        });
        return table;
    }
}
