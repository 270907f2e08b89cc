package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.cli.Tool.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting what is in a log. */
class StatsCommandTest {
    @TempDir
    private Path directory;

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }

    @Test
    void recordsTransactionsLsnsAndBytesAreCountedByPartition() {
        TestLogs.commitRows(directory, 30);

        Run run = Tool.run("stats", directory);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(1)).contains("3 partitions, incarnation 1");
        // Ten transactions of Begin, Insert and Commit; the rows have one or two digits.
        List<String> first = words(run.lines().get(4));
        assertThat(first.subList(0, 6)).containsExactly("0", "30", "10", "0", "0", "29");
        assertThat(Integer.parseInt(first.get(6))).isBetween(10 * 80, 10 * 110);
    }

    @Test
    void segmentsAndCheckpointsAreListed() {
        try (WalManager wal = TestLogs.open(directory)) {
            for (int row = 0; row < 200; row++) {
                TestLogs.commitRow(wal, row);
            }
            wal.checkpoint(2);
        }

        Run run = Tool.run("stats", directory);

        assertThat(run.lines()).anySatisfy(line -> assertThat(words(line)).startsWith("2", "16384", "16384"));
        assertThat(run.lines().get(run.lines().size() - 1))
                .contains("kept by the application")
                .startsWith("        2");
    }

    @Test
    void anUnfinishedOrRolledBackTransactionIsNotCommitted() {
        TestLogs.writeEverything(directory);

        Run run = Tool.run("stats", directory);

        List<String> second = words(run.lines().get(5));
        // Partition 1: of the first transaction, alone, spilled, and row 100; one rolled back by its caller.
        assertThat(second.get(2)).isEqualTo("4");
        assertThat(second.get(3)).isEqualTo("1");
    }
}
