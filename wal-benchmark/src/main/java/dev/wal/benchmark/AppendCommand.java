package dev.wal.benchmark;

import dev.wal.benchmark.peer.Peer;
import dev.wal.benchmark.peer.Peers;
import dev.wal.benchmark.peer.Work;
import dev.wal.common.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Records appended per second without forcing; the operating system has each when the call returns. */
final class AppendCommand {
    private static final String WRITE_LOOP = "one write() a record";
    private static final Work WORK = new Work(1, Engine.VALUE_SIZE, false);

    private final RoundOptions options;
    private final PrintStream out;

    AppendCommand(RoundOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Environment.print(options.directory(), out);
        int size = Engine.insertSize(options.directory().resolve("size"));
        out.println("Engine at no-sync. A record of " + Engine.VALUE_SIZE + " bytes takes " + size
                + " bytes in the log. Medians of " + options.rounds() + " rounds of "
                + options.seconds().toMillis() / 1e3 + " s.");
        for (int threads : options.threads()) {
            Map<String, List<Figures>> found = new Rounds(options).run(contenders(size, threads));
            out.println();
            out.println("### " + threads + (threads == 1 ? " thread" : " threads"));
            out.println();
            table(found).print(out);
        }
    }

    private static List<Contender> contenders(int size, int threads) {
        List<Contender> contenders = new ArrayList<>(List.of(
                Engine.inserts("logInsert", Durability.noSync(), threads),
                Engine.transactions("transaction of one operation", Durability.noSync(), 1, threads),
                WriteLoop.of(WRITE_LOOP, size, threads)));
        Peers.unforced().forEach(peer -> contenders.add(peer.contender(WORK, threads)));
        return contenders;
    }

    private static MarkdownTable table(Map<String, List<Figures>> found) {
        List<String> writing = Stream.concat(
                        Stream.of(WRITE_LOOP), Peers.writing().stream().map(Peer::name))
                .toList();
        MarkdownTable table = new MarkdownTable(
                "",
                "records/s",
                "÷ best of one write() a record",
                "÷ mapped",
                "p50 µs",
                "p99 µs",
                "CPU µs/record",
                "bytes allocated/record");
        found.forEach((name, rounds) -> {
            Figures median = Figures.median(rounds);
            table.row(
                    name,
                    Numbers.count(median.perSecond()),
                    Ratios.print(rounds, Ratios.those(found, writing)),
                    Ratios.print(
                            rounds, Ratios.those(found, List.of(Peers.mapped().name()))),
                    Numbers.decimal(median.p50Micros()),
                    Numbers.decimal(median.p99Micros()),
                    Numbers.decimal(median.cpuMicros()),
                    Numbers.count(median.allocatedBytes()));
        });
        return table;
    }
}
