package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Durable commits per second: the engine beside loops that show what the disk and the design give. */
final class CommitCommand {
    private static final int OPERATIONS = 4;
    private static final String ENGINE = "engine";
    private static final String RAW_LOOP = "raw loop, 1 thread";
    private static final String REFERENCE = "reference";
    private static final String BOUND = "bound, 1 thread";

    private final CommitOptions options;
    private final PrintStream out;

    CommitCommand(CommitOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions roundOptions = options.rounds();
        Environment.print(roundOptions.directory(), out);
        int frameSize = Engine.transactionSize(roundOptions.directory().resolve("size"), OPERATIONS);
        out.println("Engine at " + options.durability() + ". A commit is a transaction of " + OPERATIONS
                + " operations of " + Engine.VALUE_SIZE + " bytes and takes " + frameSize + " bytes in the log.");
        out.println("Medians of " + roundOptions.rounds() + " rounds of "
                + roundOptions.seconds().toMillis() / 1e3 + " s.");
        for (int threads : roundOptions.threads()) {
            Map<String, List<Figures>> found = measure(frameSize, threads);
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table(found).print(out);
        }
    }

    /** The bound comes last and for a short time: it writes so much that disks with a budget slow down whoever comes next. */
    private Map<String, List<Figures>> measure(int frameSize, int threads) throws IOException {
        RoundOptions rounds = options.rounds();
        Map<String, List<Figures>> found = new Rounds(rounds)
                .run(List.of(
                        Engine.transactions(ENGINE, options.durability(), OPERATIONS, threads),
                        GroupCommitLoop.of(REFERENCE, frameSize, threads),
                        RawLoop.of(RAW_LOOP, frameSize, 1)));
        if (threads > 1) {
            found.putAll(new Rounds(rounds.shortened()).run(List.of(RawLoop.of(BOUND, frameSize, threads))));
        }
        return found;
    }

    private static MarkdownTable table(Map<String, List<Figures>> found) {
        MarkdownTable table = new MarkdownTable(
                "",
                "commits/s",
                "÷ raw loop",
                "÷ reference",
                "forces/commit",
                "p50 µs",
                "p99 µs",
                "CPU µs/commit",
                "bytes allocated/commit");
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    ratio(rounds, found.get(RAW_LOOP)),
                    ratio(rounds, found.get(REFERENCE)),
                    Numbers.share(median.forcesPerCommit()),
                    Numbers.count(median.p50Micros()),
                    Numbers.count(median.p99Micros()),
                    Numbers.decimal(median.cpuMicros()),
                    Numbers.count(median.allocatedBytes()));
        });
        return table;
    }

    static String ratio(List<Figures> rounds, @Nullable List<Figures> others) {
        return others == null ? Numbers.NONE : Numbers.decimal(Figures.medianRatio(rounds, others));
    }
}
