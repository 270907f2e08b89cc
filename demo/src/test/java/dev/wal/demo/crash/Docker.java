package dev.wal.demo.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** A container engine, by its command line. {@code .ci/containers start} starts one and makes the image. */
final class Docker {
    /** Has a runtime of the JDK, and a shell; is never looked for elsewhere than on this machine. */
    static final String IMAGE = "wal-test-jre:1";

    private static final String PROGRAM = Objects.requireNonNullElse(System.getenv("DOCKER"), "docker");
    private static final long PATIENCE_SECONDS = 120;

    private Docker() {}

    /** What cannot be done here is no failure, but where the build is the gate. */
    static void assumeThatItIsThere() {
        try {
            run("image", "inspect", "--format", "{{.Id}}", IMAGE);
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException("The build must have a container engine: .ci/containers start", e);
            }
            throw new TestAbortedException(
                    "There is no container engine with the image " + IMAGE + ": " + e.getMessage(), e);
        }
    }

    /** The last line of what it prints: an id or a value. Warnings come before it. */
    static String ask(String... arguments) throws IOException {
        String output = run(arguments);
        return output.substring(output.lastIndexOf('\n') + 1).strip();
    }

    /** What it prints, warnings too. */
    static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nothing interrupts a test", e);
        } finally {
            process.destroyForcibly();
        }
        return output;
    }
}
