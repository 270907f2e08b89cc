package dev.wal.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Programs of the system that a test needs. */
final class Programs {
    private Programs() {}

    /** Aborts the test if forces cannot be counted, because {@code strace} is not there or may not trace, and fails it where {@code CI} is {@code true}. */
    static void assumeForcesAreCounted() throws IOException, InterruptedException {
        assumeFound("strace");
        int status = new ProcessBuilder("strace", "--seccomp-bpf", "-f", "-qq", "-e", "trace=fsync", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(status).as("strace traces").isZero();
        }
        assumeThat(status).as("strace traces").isZero();
    }

    /** Aborts the test if a program is not on the path, and fails it where {@code CI} is {@code true}. */
    private static void assumeFound(String program) {
        boolean found = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(found).as("%s is on the path", program).isTrue();
        }
        assumeThat(found).as("%s is on the path", program).isTrue();
    }
}
