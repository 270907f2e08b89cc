package dev.wal.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Tables of what was tried, in target/proof. */
final class Results {
    private static final Path DIRECTORY = Path.of("target", "proof");

    private Results() {}

    /** Adds a row. */
    static void add(String table, Tally tally) throws IOException {
        add(table, List.of(tally.toString()));
    }

    static void add(String table, List<String> lines) throws IOException {
        Files.createDirectories(DIRECTORY);
        Files.write(DIRECTORY.resolve(table + ".md"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
