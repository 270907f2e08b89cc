package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.cli.Tool.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that is written to, rolls over, drops segments and uses them again, while it is read. */
class LiveLogTest {
    private static final int RUNS = 25;

    @TempDir
    private Path directory;

    @Test
    @Timeout(120)
    void noDamageIsEverReported() {
        try (WalManager wal = TestLogs.open(directory);
                WriteLoad load = new WriteLoad(wal)) {
            load.awaitCommits(300);
            for (int i = 0; i < RUNS; i++) {
                Run verified = Tool.run("verify", directory);
                assertThat(verified.exitCode())
                        .as(verified.out() + verified.err())
                        .isZero();
                assertThat(verified.out()).startsWith("clean: ").contains("in use");
                Run dumped = Tool.run("dump", directory);
                assertThat(dumped.exitCode()).as(dumped.err()).isZero();
                load.awaitCommits(50);
            }
            assertThat(load.checkpoints()).isPositive();
        }
        assertThat(Tool.run("verify", directory).exitCode()).isZero();
    }
}
