package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Durable commits per second: the engine beside its peers, and beside loops that show what the disk, the design and the threads give. */
final class CommitCommand {
    private static final String RAW_LOOP = "raw loop, 1 thread";
    private static final String REFERENCE = "reference";
    private static final String WAKE_UPS = "wake-up limit";
    private static final String BOUND = "bound, fdatasync";
    private static final String DIRECT_BOUND = "bound, O_DIRECT + O_DSYNC";

    /** About what a force takes on a fast disk. */
    private static final Duration FORCE = Duration.ofNanos(100_000);

    private final CommitOptions options;
    private final PrintStream out;

    CommitCommand(CommitOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions rounds = options.rounds();
        Environment.print(rounds.directory(), out);
        int operations = DurableContenders.WORK.operations();
        int frameSize = Engine.transactionSize(rounds.directory().resolve("size"), operations);
        new Capacity(rounds.directory(), rounds.seconds().dividedBy(5)).print(out);
        out.println();
        out.println("Engine at " + options.durability() + ". A commit is a transaction of " + operations
                + " operations of " + Engine.VALUE_SIZE + " bytes and takes " + frameSize + " bytes in the log.");
        out.println("Medians of " + rounds.rounds() + " rounds of "
                + rounds.seconds().toMillis() / 1e3 + " s.");
        Confirmation confirmation = confirmation();
        LinePlot plot = new LinePlot(
                "Durable commits of " + operations + " × " + Engine.VALUE_SIZE + " bytes a second", "threads");
        for (int threads : rounds.threads()) {
            Map<String, List<Figures>> found = measure(confirmed(confirmation, threads), frameSize, threads);
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table(found, confirmation, threads).print(out);
            found.forEach((name, figures) ->
                    plot.point(name, threads, Figures.median(figures).perSecond()));
        }
        options.plots().draw("commits", plot, out);
    }

    private boolean arePeersAskedFor() {
        return DurableContenders.names(options.rounds()).stream()
                .anyMatch(name -> !name.equals(DurableContenders.ENGINE));
    }

    private Confirmation confirmation() throws IOException {
        if (!arePeersAskedFor()) {
            return Confirmation.impossible("no peer was asked for");
        }
        Confirmation confirmation =
                Tracer.trace(options.rounds(), options.rounds().threads());
        confirmation.printDoubts(DurableContenders.names(options.rounds()), out);
        return confirmation;
    }

    /** The engine always, because its level of durability may be one that does not force. */
    private List<Contender> confirmed(Confirmation confirmation, int threads) {
        return DurableContenders.all(options.durability(), threads).stream()
                .filter(contender -> contender.name().equals(DurableContenders.ENGINE)
                        || confirmation.doubt(contender.name()).isEmpty())
                .toList();
    }

    /** The bounds come last and for a short time: they write so much that disks with a budget slow down whoever comes next. */
    private Map<String, List<Figures>> measure(List<Contender> contenders, int frameSize, int threads)
            throws IOException {
        RoundOptions rounds = options.rounds();
        List<Contender> inTurns = new ArrayList<>(contenders);
        inTurns.add(GroupCommitLoop.of(REFERENCE, frameSize, threads));
        inTurns.add(GroupCommitLoop.withoutDisk(WAKE_UPS, FORCE, frameSize, threads));
        inTurns.add(RawLoop.of(RAW_LOOP, frameSize, 1));
        Map<String, List<Figures>> found = new LinkedHashMap<>(new Rounds(rounds).run(inTurns));
        found.putAll(new Rounds(rounds.shortened())
                .run(List.of(RawLoop.of(BOUND, frameSize, threads), DirectLoop.of(DIRECT_BOUND, frameSize, threads))));
        return found;
    }

    private MarkdownTable table(Map<String, List<Figures>> found, Confirmation confirmation, int threads) {
        List<List<Figures>> bounds = Ratios.those(found, List.of(BOUND, DIRECT_BOUND));
        List<List<Figures>> reference = Ratios.those(found, List.of(REFERENCE));
        List<List<Figures>> bestPeer = bestPeer(found).map(List::of).orElse(List.of());
        MarkdownTable table = new MarkdownTable(
                "",
                "commits/s",
                "÷ bound",
                "÷ reference",
                "÷ best peer",
                "forces/commit",
                "p50 µs",
                "p99 µs",
                "max ms",
                "CPU µs/commit",
                "bytes allocated/commit");
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            double forces = median.forcesPerCommit();
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    Ratios.print(rounds, bounds),
                    Ratios.print(rounds, reference),
                    Ratios.print(rounds, bestPeer),
                    Numbers.share(Double.isNaN(forces) ? confirmation.forcesPerCommit(name, threads) : forces),
                    Numbers.count(median.p50Micros()),
                    Numbers.count(median.p99Micros()),
                    Numbers.decimal(median.maxMicros() / 1e3),
                    Numbers.decimal(median.cpuMicros()),
                    Numbers.count(median.allocatedBytes()));
        });
        return table;
    }

    private Optional<List<Figures>> bestPeer(Map<String, List<Figures>> found) {
        List<String> peers = DurableContenders.all(options.durability(), 1).stream()
                .map(Contender::name)
                .filter(name -> !name.equals(DurableContenders.ENGINE))
                .toList();
        return Ratios.those(found, peers).stream()
                .max(Comparator.comparingDouble(rounds -> Figures.median(rounds).perSecond()));
    }
}
