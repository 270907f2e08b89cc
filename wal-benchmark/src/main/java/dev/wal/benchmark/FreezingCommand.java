package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** Ways to freeze a map in memory, beside each other: how long it takes, what it costs meanwhile, and what it costs all the time. No log, no files. */
final class FreezingCommand {
    /** A technique, and what its rounds found. */
    private record Technique(String name, Supplier<Freezable> maker, List<FreezingRound> rounds) {
        private Technique(String name, Supplier<Freezable> maker) {
            this(name, maker, new ArrayList<>());
        }
    }

    private final List<Technique> techniques = List.of(
            new Technique("saves at the first change (the engine's)", SavingMap::new),
            new Technique("copies all references", CopyingMap::new),
            new Technique("version chains", VersionedMap::new),
            new Technique("persistent hash trie", TrieMap::new));
    private final FreezingOptions options;
    private final PrintStream out;

    FreezingCommand(FreezingOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        Environment.printMemory(out);
        out.println(Numbers.count(options.entries())
                + " accounts. One thread reads; one changes; one writes what was frozen as bytes, meanwhile. Medians of "
                + options.rounds() + " rounds.");
        out.println();
        List<Technique> order = new ArrayList<>(techniques);
        for (int round = 0; round < options.rounds(); round++) {
            for (Technique technique : order) {
                technique.rounds.add(FreezingRound.of(technique.maker.get(), options));
            }
            Collections.reverse(order);
        }
        table().print(out);
    }

    private MarkdownTable table() {
        MarkdownTable table = new MarkdownTable(
                "",
                "freezing, ms",
                "changes/s",
                "changes/s while frozen",
                "writing all, s",
                "bytes more at its end, for each changed key",
                "reads/s",
                "bytes an entry");
        for (Technique technique : techniques) {
            FreezingRound median = FreezingRound.median(technique.rounds);
            table.row(
                    technique.name,
                    Numbers.share(median.freezeMillis()),
                    Numbers.count(median.changes()),
                    Numbers.count(median.changesFrozen()),
                    Numbers.decimal(median.writeSeconds()),
                    Numbers.count(median.moreBytes()),
                    Numbers.count(median.reads()),
                    Numbers.count(median.entryBytes()));
        }
        return table;
    }
}
