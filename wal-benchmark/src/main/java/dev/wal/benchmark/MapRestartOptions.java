package dev.wal.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Options of {@link MapRestartCommand}.
 *
 * @param entries in the snapshot
 * @param tail bytes of the log behind it
 * @param heap of the JVM that opens it, as {@code -Xmx} takes it
 * @param collectors of that JVM, as {@code -XX:+Use…GC} takes them
 */
record MapRestartOptions(Path directory, int rounds, int entries, long tail, String heap, List<String> collectors) {

    static MapRestartOptions of(CommandLine line) {
        MapRestartOptions options = new MapRestartOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "3", Parsers::positive),
                line.take("entries", "1000000", Parsers::positive),
                line.take("tail", "256M", Parsers::bytes),
                line.take("heap", "2g", Function.identity()),
                line.take("collectors", "G1,Parallel", Parsers::words));
        line.refuseOthers();
        return options;
    }
}
