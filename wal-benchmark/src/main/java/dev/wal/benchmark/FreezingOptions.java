package dev.wal.benchmark;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Options of {@link FreezingCommand}.
 *
 * @param seconds that reads, and writes, are measured in each round
 */
record FreezingOptions(Path directory, int rounds, int entries, Duration seconds) {

    static FreezingOptions of(CommandLine line) {
        FreezingOptions options = new FreezingOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "3", Parsers::positive),
                line.take("entries", "1000000", Parsers::positive),
                line.take("seconds", "2", Parsers::seconds));
        line.refuseOthers();
        return options;
    }
}
