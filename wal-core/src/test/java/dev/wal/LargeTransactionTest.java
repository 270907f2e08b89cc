package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that are larger than the heap, each time in a JVM of its own. */
class LargeTransactionTest {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    Path directory;

    @Test
    void oneIsCommittedAppliedAndRecoveredInAHeapThatIsMuchSmaller() throws IOException, InterruptedException {
        assertThat(run(1, 15_000)).contains("told 15000 and 15000, discarded 1");
    }

    @Test
    void soAreThousandsThatAreOpenAtOnce() throws IOException, InterruptedException {
        assertThat(run(2_000, 8)).contains("told 16000 and 16000, discarded 2000");
    }

    /** What it prints goes to a file: reading it from the process would wait for as long as that lives. */
    private String run(int transactions, int rows) throws IOException, InterruptedException {
        Path printed = directory.resolve("printed.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeTransactionProgram.class.getName(),
                        directory.resolve("wal").toString(),
                        String.valueOf(transactions),
                        String.valueOf(rows))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(printed);
            assertThat(ended)
                    .as("the program ended within %s s; it printed: %s", PATIENCE_SECONDS, text)
                    .isTrue();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
