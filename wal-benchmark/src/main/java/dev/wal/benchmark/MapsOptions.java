package dev.wal.benchmark;

/**
 * Options of {@link MapsCommand}.
 *
 * @param entries of the map
 */
record MapsOptions(RoundOptions rounds, int entries) {

    static MapsOptions of(CommandLine line) {
        MapsOptions options = new MapsOptions(
                RoundOptions.take(line, "1,4,16,64"), line.take("entries", "100000", Parsers::positive));
        line.refuseOthers();
        if (options.entries < 2) {
            throw new IllegalArgumentException("--entries must be at least 2: amounts are moved between two of them.");
        }
        return options;
    }
}
