package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Has one contender commit, in a JVM of its own, and prints the most memory that this had. */
final class MemoryChild {
    private static final String PREFIX = "resident ";
    private static final Pattern SPACE = Pattern.compile(" ");

    private MemoryChild() {}

    /** What one JVM took. */
    record Found(double residentBytes, double commitsPerSecond) {}

    /** Takes a directory, the name of a contender, the number of threads and milliseconds. */
    public static void main(String[] arguments) throws IOException {
        int threads = Integer.parseInt(arguments[2]);
        Contender contender = DurableContenders.all(Durability.groupCommit(), threads).stream()
                .filter(candidate -> candidate.name().equals(arguments[1]))
                .findFirst()
                .orElseThrow();
        Figures figures = contender.measure(
                Path.of(arguments[0]), Duration.ZERO, Duration.ofMillis(Long.parseLong(arguments[3])));
        System.out.println(PREFIX + ThisProcess.peakResidentBytes() + " " + figures.perSecond());
        // Some peers leave threads behind.
        System.exit(0);
    }

    /** Finds the line among others. */
    static Optional<Found> parse(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(PREFIX))
                .map(line -> SPACE.split(line))
                .map(words -> new Found(Double.parseDouble(words[1]), Double.parseDouble(words[2])))
                .findFirst();
    }
}
