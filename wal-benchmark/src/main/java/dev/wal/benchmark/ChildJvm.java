package dev.wal.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs a class in a JVM of its own. */
final class ChildJvm {
    private ChildJvm() {}

    /** What it printed. */
    static List<String> run(Class<?> main, String heap, String argument) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            return output.lines().toList();
        }
    }
}
