package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commits that wait for no force, beside the same bytes written and forced as often without a log. */
final class PeriodicCommand {
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final int PIECE_SIZE = 1 << 20;
    private static final String ENGINE = "engine";
    private static final String EACH = "one write() a commit";
    private static final String PIECES = "pieces of 1 MiB, 1 thread";

    private final PeriodicOptions options;
    private final PrintStream out;

    PeriodicCommand(PeriodicOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions rounds = options.rounds();
        Environment.print(rounds.directory(), out);
        int operations = DurableContenders.WORK.operations();
        int frameSize = Engine.transactionSize(rounds.directory().resolve("size"), operations);
        out.println("Engine at periodic, " + INTERVAL.toMillis() + " ms; " + frameSize + " bytes a commit. Medians of "
                + rounds.rounds() + " rounds of " + rounds.seconds().toMillis() / 1e3 + " s.");
        for (int threads : rounds.threads()) {
            Map<String, List<Figures>> found = new Rounds(rounds)
                    .run(List.of(
                            Engine.transactions(ENGINE, Durability.periodic(INTERVAL), operations, threads),
                            PeriodicLoop.of(EACH, options.fileSize(), INTERVAL, frameSize, 1, threads),
                            PeriodicLoop.of(
                                    PIECES, options.fileSize(), INTERVAL, frameSize, PIECE_SIZE / frameSize, 1)));
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table(found, frameSize).print(out);
        }
    }

    private MarkdownTable table(Map<String, List<Figures>> found, int frameSize) {
        MarkdownTable table = new MarkdownTable(
                "",
                "commits/s",
                "MiB/s",
                "÷ one write()",
                "÷ pieces",
                "forces/s",
                "p50 µs",
                "p99 µs",
                "max ms",
                "CPU µs/commit",
                "GiB a round");
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            double bytes = median.perSecond() * frameSize;
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    Numbers.count(bytes / (1 << 20)),
                    Ratios.print(rounds, Ratios.those(found, List.of(EACH))),
                    Ratios.print(rounds, Ratios.those(found, List.of(PIECES))),
                    Numbers.decimal(median.forcesPerCommit() * median.perSecond()),
                    Numbers.decimal(median.p50Micros()),
                    Numbers.count(median.p99Micros()),
                    Numbers.decimal(median.maxMicros() / 1e3),
                    Numbers.decimal(median.cpuMicros()),
                    Numbers.decimal(bytes * options.rounds().seconds().toNanos() / 1e9 / (1 << 30)));
        });
        return table;
    }
}
