package dev.wal.benchmark;

import java.nio.file.Path;
import java.util.function.Function;

/** Options of {@link ReportCommand}, which hands them on as they are. */
record ReportOptions(Path directory, String rounds, String seconds, String warmUp, String plots) {

    static ReportOptions of(CommandLine line) {
        ReportOptions options = new ReportOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "3", Function.identity()),
                line.take("seconds", "5", Function.identity()),
                line.take("warm-up", "5", Function.identity()),
                line.take("plots", "", Function.identity()));
        line.refuseOthers();
        return options;
    }
}
