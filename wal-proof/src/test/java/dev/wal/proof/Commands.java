package dev.wal.proof;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** Programs of the system. */
final class Commands {
    private static final long PATIENCE_SECONDS = 60;

    private Commands() {}

    /** What it prints. */
    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", List.of(command)) + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return output.strip();
    }

    /** What cannot be done here is no failure, but where the build is the gate. */
    static RuntimeException impossible(String what, Exception cause) {
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(
                    "The build must be able to " + what
                            + ", because CI is true: to mount, it needs root and the right to,"
                            + " which a container has with --privileged. Elsewhere this test is aborted.",
                    cause);
        }
        return new TestAbortedException("Nobody can " + what + " here: " + cause.getMessage(), cause);
    }
}
