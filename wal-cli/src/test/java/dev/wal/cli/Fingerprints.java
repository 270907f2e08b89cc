package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What there is to see of a directory: names, times and contents of its files. */
final class Fingerprints {
    private Fingerprints() {}

    static List<String> of(Path directory) throws IOException {
        List<String> prints = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                prints.add(file.getFileName() + " " + Files.getLastModifiedTime(file) + " "
                        + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return prints;
    }
}
