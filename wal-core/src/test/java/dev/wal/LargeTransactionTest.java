package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that are larger than the heap, each time in a JVM of its own. */
class LargeTransactionTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void oneIsCommittedAppliedAndRecoveredInAHeapThatIsMuchSmaller() throws IOException, InterruptedException {
        assertThat(run(1, 15_000)).contains("told 15000 and 15000, discarded 1");
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void soAreThousandsThatAreOpenAtOnce() throws IOException, InterruptedException {
        assertThat(run(2_000, 8)).contains("told 16000 and 16000, discarded 2000");
    }

    private String run(int transactions, int rows) throws IOException, InterruptedException {
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
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
