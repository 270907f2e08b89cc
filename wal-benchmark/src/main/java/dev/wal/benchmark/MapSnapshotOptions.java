package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Options of {@link MapSnapshotCommand}.
 *
 * @param threads that write meanwhile
 * @param rounds snapshots that are taken
 * @param seconds between two of them
 */
record MapSnapshotOptions(
        Path directory, int rounds, int entries, List<Integer> threads, Duration seconds, List<Durability> levels) {

    static MapSnapshotOptions of(CommandLine line) {
        MapSnapshotOptions options = new MapSnapshotOptions(
                line.take("directory", "", Parsers::directory),
                line.take("rounds", "5", Parsers::positive),
                line.take("entries", "1000000", Parsers::positive),
                line.take("threads", "1,4", Parsers::positives),
                line.take("seconds", "3", Parsers::seconds),
                line.take("durability", "no-sync,group-commit", MapSnapshotOptions::levels));
        line.refuseOthers();
        return options;
    }

    private static List<Durability> levels(String text) {
        return Parsers.words(text).stream().map(Parsers::durability).toList();
    }
}
