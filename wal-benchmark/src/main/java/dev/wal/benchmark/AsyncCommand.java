package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Durable commits of many that are under way at once: futures, and virtual threads. */
final class AsyncCommand {
    private static final List<Integer> UNDER_WAY = List.of(100, 1_000);
    private static final int VIRTUAL_THREADS = 10_000;

    private final RoundOptions options;
    private final PrintStream out;

    AsyncCommand(RoundOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        int frameSize =
                Engine.transactionSize(options.directory().resolve("size"), DurableContenders.WORK.operations());
        out.println("Engine at group-commit, " + frameSize
                + " bytes a commit. A bound writes and forces at once what is under way. Medians of " + options.rounds()
                + " rounds of " + options.seconds().toMillis() / 1e3 + " s.");
        Optional<Flow> virtual =
                VirtualThreads.flow(Numbers.count(VIRTUAL_THREADS) + " virtual threads", VIRTUAL_THREADS);
        if (virtual.isEmpty()) {
            out.println("This JDK has no virtual threads.");
        }
        out.println();
        MarkdownTable table = new MarkdownTable(
                "",
                "commits/s",
                "÷ bound",
                "forces/commit",
                "p50 ms",
                "p99 ms",
                "max ms",
                "CPU µs/commit",
                "bytes allocated/commit");
        for (int threads : options.threads()) {
            for (int underWay : UNDER_WAY) {
                String name = "commitAsync, " + threads + " × " + Numbers.count(underWay);
                compare(table, AsyncCommits.flow(name, threads, underWay), frameSize, threads * underWay);
            }
        }
        if (virtual.isPresent()) {
            compare(table, virtual.get(), frameSize, VIRTUAL_THREADS);
        }
        table.print(out);
    }

    private void compare(MarkdownTable table, Flow flow, int frameSize, int underWay) throws IOException {
        String bound = "bound of " + Numbers.count(underWay);
        Map<String, List<Figures>> found = new LinkedHashMap<>(new Rounds(options).run(List.of(flow)));
        found.putAll(new Rounds(options.shortened()).run(List.of(RawLoop.of(bound, frameSize, underWay))));
        List<List<Figures>> bounds = Ratios.those(found, List.of(bound));
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    Ratios.print(rounds, bounds),
                    Numbers.share(median.forcesPerCommit()),
                    Numbers.decimal(median.p50Micros() / 1e3),
                    Numbers.decimal(median.p99Micros() / 1e3),
                    Numbers.decimal(median.maxMicros() / 1e3),
                    Numbers.decimal(median.cpuMicros()),
                    Numbers.count(median.allocatedBytes()));
        });
    }
}
