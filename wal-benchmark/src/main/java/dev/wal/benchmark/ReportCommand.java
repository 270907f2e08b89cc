package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** All that {@code docs/performance.md} has tables of, one command after the other, each below the line that runs it alone. */
final class ReportCommand {
    private final ReportOptions options;
    private final PrintStream out;

    ReportCommand(ReportOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        Instant start = Instant.now();
        for (List<String> line : lines()) {
            out.println("## " + line.get(0));
            out.println();
            out.println("`" + String.join(" ", line) + "`");
            out.println();
            WalBenchmark.run(line.toArray(String[]::new), out);
            out.println();
        }
        out.println("All of it took " + Duration.between(start, Instant.now()).toMinutes() + " minutes.");
    }

    /** The command lines. */
    List<List<String>> lines() {
        String rounds = "--rounds=" + options.rounds();
        String seconds = "--seconds=" + options.seconds();
        String warmUp = "--warm-up=" + options.warmUp();
        String plots = "--plots=" + options.plots();
        return List.of(
                line("commit", rounds, seconds, warmUp, plots),
                line("append", rounds, seconds, warmUp),
                line("async", rounds, seconds, warmUp),
                // So long that the budget of disks that have one is used up.
                line("periodic", "--rounds=1", "--seconds=30", warmUp),
                line("recovery", rounds, "--heap=128m"),
                line("memory", rounds, seconds),
                line("scale", seconds, warmUp, plots));
    }

    private List<String> line(String command, String... given) {
        return Stream.concat(
                        Stream.of(command, "--directory=" + options.directory()),
                        Stream.of(given).filter(option -> !option.endsWith("=")))
                .toList();
    }
}
