package dev.wal.benchmark;

/**
 * Options of {@link PeriodicCommand}.
 *
 * @param fileSize of the files that the loops beside overwrite, in bytes; the engine uses its segments again after each 256 MiB
 */
record PeriodicOptions(RoundOptions rounds, long fileSize) {

    static PeriodicOptions of(CommandLine line) {
        RoundOptions rounds = RoundOptions.take(line, "4");
        long fileSize = line.take("file", "512M", Parsers::bytes);
        line.refuseOthers();
        return new PeriodicOptions(rounds, fileSize);
    }
}
