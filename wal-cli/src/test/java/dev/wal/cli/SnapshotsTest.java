package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.WalManager;
import dev.wal.cli.Tool.Run;
import dev.wal.recovery.LogInspector;
import dev.wal.state.WalStates;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots are verified with the log, and come along into a new one. */
class SnapshotsTest {
    @TempDir
    private Path directory;

    private Path source;
    private Path target;

    /** Two checkpoints of each partition, and a commit behind them: 116 in all, 16 of it in snapshots. */
    @BeforeEach
    void writeLog() {
        source = directory.resolve("source");
        target = directory.resolve("target");
        try (WalManager wal = TestLogs.open(source)) {
            RowSum sum = new RowSum();
            WalStates.attach(wal, List.of(sum));
            commit(wal, 1, 2, 3);
            wal.checkpointAll();
            commit(wal, 10);
            wal.checkpointAll();
            commit(wal, 100);
            assertThat(sum.total()).isEqualTo(116);
        }
    }

    private static void commit(WalManager wal, long... rows) {
        for (long row : rows) {
            TestLogs.commitRow(wal, row);
        }
    }

    private static long totalIn(Path log) {
        try (WalManager wal = TestLogs.open(log)) {
            RowSum sum = new RowSum();
            WalStates.attach(wal, List.of(sum));
            return sum.total();
        }
    }

    /** Oldest first, by partition. */
    private static List<Path> snapshots(Path log, int partition) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.getFileName().toString().startsWith("snapshot-0000" + partition))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aStateIsTheSameInTheNewLog() {
        Run run = Tool.run("salvage", source.toString(), target.toString());

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).startsWith("copied 1 transactions with 1 changes and 3 snapshots");
        assertThat(Tool.run("verify", target).out()).contains(" 3 snapshots");
        assertThat(totalIn(target)).isEqualTo(116);
        assertThat(totalIn(target)).isEqualTo(116);
    }

    @Test
    void withADamagedSnapshotTheOneBeforeAndTheLogBehindItAreCopied() throws IOException {
        List<Path> ofPartition = snapshots(source, 1);
        assertThat(ofPartition).hasSize(2);
        Path newest = ofPartition.get(1);
        TestLogs.flip(newest, 100);

        Run verified = Tool.run("verify", source);
        Run run = Tool.run("salvage", source.toString(), target.toString());

        assertThat(verified.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(verified.lines().get(0))
                .startsWith("corrupt: Snapshot ")
                .contains(newest.getFileName().toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(totalIn(target)).isEqualTo(116);
    }

    @Test
    void withoutAnySnapshotOfAPartitionWhatTheLogHasIsCopiedAndTheLossIsTold() throws IOException {
        for (Path snapshot : snapshots(source, 1)) {
            Files.delete(snapshot);
        }

        Run run = Tool.run("salvage", source.toString(), target.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.lines().stream()
                        .filter(line -> line.startsWith("corrupt: Snapshot ") && line.endsWith("is missing")))
                .hasSize(2);
        assertThat(totalIn(target)).isEqualTo(116);
    }

    @Test
    void snapshotsAreListed() {
        assertThat(Tool.run("stats", source).lines().stream().filter(line -> line.contains("snapshot-0000")))
                .hasSize(6);
    }

    @Test
    void snapshotsThatChangeFasterThanTheyCanBeReadAreNotCalledDamaged() {
        try (WalManager wal = TestLogs.open(source)) {
            WalStates.attach(wal, List.of(new RowSum()));
            long[] row = {1000};
            Storage files = Storage.readOnly(source);
            // Whoever asks for a snapshot finds that two checkpoints have dropped it meanwhile.
            Storage changing = (Storage) Proxy.newProxyInstance(
                    Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("size")) {
                            for (int i = 0; i < 2; i++) {
                                commit(wal, row[0], row[0] + 1, row[0] + 2);
                                row[0] += 3;
                                wal.checkpointAll();
                            }
                        }
                        return method.invoke(files, arguments);
                    });
            SnapshotFiles snapshots = new SnapshotFiles(new LogInspector(changing, () -> true));

            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(snapshots::verify)
                    .withMessageContaining("change faster than they can be read");
        }
    }
}
