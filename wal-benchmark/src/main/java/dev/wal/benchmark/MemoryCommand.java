package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The most memory that a JVM had in which one contender committed durably: heap, and all beside it that is resident, mapped files too. */
final class MemoryCommand {
    private final MemoryOptions options;
    private final PrintStream out;

    MemoryCommand(MemoryOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        RoundOptions rounds = options.rounds();
        Environment.print(rounds.directory(), out);
        out.println("Each contender in a JVM of its own with a heap of " + options.heap() + ". Medians of "
                + rounds.rounds() + " JVMs of " + rounds.seconds().toMillis() / 1e3 + " s.");
        Confirmation confirmation = Tracer.trace(rounds, List.of());
        confirmation.printDoubts(DurableContenders.names(rounds), out);
        for (int threads : rounds.threads()) {
            MarkdownTable table = new MarkdownTable("", "peak resident, MiB", "commits/s");
            for (Contender contender : DurableContenders.all(Durability.groupCommit(), threads)) {
                if (rounds.takesPart(contender.name())
                        && confirmation.doubt(contender.name()).isEmpty()) {
                    row(table, contender);
                }
            }
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table.print(out);
        }
    }

    private void row(MarkdownTable table, Contender contender) throws IOException {
        List<MemoryChild.Found> found = new ArrayList<>();
        for (int round = 0; round < options.rounds().rounds(); round++) {
            found.add(measure(contender));
        }
        table.row(
                contender.name(),
                Numbers.count(median(found, MemoryChild.Found::residentBytes) / (1 << 20)),
                Numbers.count(median(found, MemoryChild.Found::commitsPerSecond)));
    }

    private MemoryChild.Found measure(Contender contender) throws IOException {
        Path directory = options.rounds().directory().resolve("run");
        Directories.delete(directory);
        Directories.create(directory);
        try {
            List<String> lines = ChildJvm.run(
                    MemoryChild.class,
                    List.of("-Xmx" + options.heap()),
                    directory.toString(),
                    contender.name(),
                    String.valueOf(contender.threads()),
                    String.valueOf(options.rounds().seconds().toMillis()));
            return MemoryChild.parse(lines)
                    .orElseThrow(() -> new IOException("The JVM of " + contender.name() + " told nothing: " + lines));
        } finally {
            Directories.delete(directory);
        }
    }

    private static double median(List<MemoryChild.Found> all, ToDoubleFunction<MemoryChild.Found> figure) {
        return Figures.median(all.stream().mapToDouble(figure).toArray());
    }
}
