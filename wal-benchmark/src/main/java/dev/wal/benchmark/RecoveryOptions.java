package dev.wal.benchmark;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * Options of {@link RecoveryCommand}.
 *
 * @param size of the log in bytes
 * @param heap of the JVM that reads it, as {@code -Xmx} takes it
 */
record RecoveryOptions(Path directory, int rounds, long size, String heap) {

    static RecoveryOptions of(CommandLine line) {
        RecoveryOptions options = new RecoveryOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "3", Parsers::positive),
                line.take("size", "1G", Parsers::bytes),
                line.take("heap", "256m", Function.identity()));
        line.refuseOthers();
        return options;
    }
}
