package dev.wal.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Programs of the system that a test needs. */
final class Programs {
    private Programs() {}

    /** Aborts the test if a program is not on the path, and fails it where {@code CI} is {@code true}. */
    static void assumeFound(String program) {
        boolean found = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(found).as("%s is on the path", program).isTrue();
        }
        assumeThat(found).as("%s is on the path", program).isTrue();
    }
}
