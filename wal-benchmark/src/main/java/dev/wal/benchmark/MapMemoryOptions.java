package dev.wal.benchmark;

import java.nio.file.Path;

/** Options of {@link MapMemoryCommand}. */
record MapMemoryOptions(Path directory, int entries) {

    static MapMemoryOptions of(CommandLine line) {
        MapMemoryOptions options = new MapMemoryOptions(
                line.take("directory", "", Parsers::directory), line.take("entries", "1000000", Parsers::positive));
        line.refuseOthers();
        return options;
    }
}
