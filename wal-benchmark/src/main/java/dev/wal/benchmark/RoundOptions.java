package dev.wal.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How contenders are measured beside each other.
 *
 * @param seconds that each is measured in a round
 * @param warmUp that each runs before the first round
 * @param only beginnings of the names of those that take part; all if it is empty
 */
record RoundOptions(
        Path directory, int rounds, List<Integer> threads, Duration seconds, Duration warmUp, List<String> only) {

    static RoundOptions of(CommandLine line, String defaultThreads) {
        RoundOptions options = take(line, defaultThreads);
        line.refuseOthers();
        return options;
    }

    static RoundOptions take(CommandLine line, String defaultThreads) {
        return new RoundOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "3", Parsers::positive),
                line.take("threads", defaultThreads, Parsers::positives),
                line.take("seconds", "5", Parsers::seconds),
                line.take("warm-up", "5", Parsers::seconds),
                line.take("only", "", Parsers::words));
    }

    /** The same for a tenth of the time. */
    RoundOptions shortened() {
        return new RoundOptions(directory, rounds, threads, seconds.dividedBy(10), warmUp.dividedBy(10), only);
    }

    boolean takesPart(String name) {
        return takesPart(only, name);
    }

    static boolean takesPart(List<String> only, String name) {
        return only.isEmpty() || only.stream().anyMatch(name::startsWith);
    }
}
