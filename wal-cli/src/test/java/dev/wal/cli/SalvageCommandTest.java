package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.cli.TestLogs.FrameAt;
import dev.wal.cli.Tool.Run;
import dev.wal.common.RecoveryMode;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is readable is copied: whole transactions, in commit order, with their times; what is not is listed. */
class SalvageCommandTest {
    @TempDir
    private Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void nameLogs() {
        source = directory.resolve("source");
        target = directory.resolve("target");
    }

    private Run salvage() throws IOException {
        List<String> before = Fingerprints.of(source);
        Run run = Tool.run("salvage", source.toString(), target.toString());
        assertThat(Fingerprints.of(source)).as("the source is left alone").isEqualTo(before);
        assertThat(directory.resolve("target.incomplete")).doesNotExist();
        return run;
    }

    private static List<WalChange> changes(Path log) {
        List<WalChange> changes = new ArrayList<>();
        try (WalManager wal = WalManager.open(
                TestLogs.options(log).recoveryMode(RecoveryMode.STRICT).build())) {
            wal.replay(changes::add);
        }
        return changes;
    }

    /** Changes without what a new log gives anew. */
    private static List<Object> contents(List<WalChange> changes) {
        return changes.stream()
                .map(change -> (Object) List.of(
                        change.record().withTransactionId(Math.max(change.transactionId(), -1)),
                        change.commitTimeMicros()))
                .toList();
    }

    private static List<Long> rows(List<WalChange> changes) {
        return changes.stream().map(WalChange::rowId).toList();
    }

    @Test
    void aSoundLogIsCopiedWhole() throws IOException {
        TestLogs.writeEverything(source);
        Path copy = directory.resolve("copy");
        TestLogs.copy(source, copy);

        Run run = salvage();

        assertThat(run.exitCode()).as("one that is prepared was left out").isEqualTo(ExitCode.CORRUPT);
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(0)).startsWith("left out: transaction ").contains("prepared");
        assertThat(run.lines().get(1)).startsWith("copied ").endsWith(target.toString());
        assertThat(contents(changes(target))).isEqualTo(contents(changes(copy))).isNotEmpty();
    }

    @Test
    void aTransactionOfACallerKeepsItsIdAndItsCommitTime() throws IOException {
        TestLogs.writeEverything(source);

        salvage();

        assertThat(changes(target))
                .filteredOn(change -> change.transactionId() == 42)
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.commitTimeMicros()).isEqualTo(1234);
                    assertThat(change.rowId()).isEqualTo(6);
                });
    }

    @Test
    void batchesInTheMiddleThatCannotBeReadAreListedAndTheRestIsCopied() throws IOException {
        TestLogs.commitRows(source, 300);
        List<FrameAt> batches = TestLogs.batches(source);
        for (int lost : List.of(40, 41, 222)) {
            TestLogs.flip(batches.get(lost).file(), batches.get(lost).offset() + 90);
        }

        Run run = salvage();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(0))
                .startsWith("corrupt: " + batches.get(40).file().getFileName() + ", offset "
                        + batches.get(40).offset());
        assertThat(run.lines().get(2)).startsWith("copied 297 transactions with 297 changes and 0 snapshots");
        List<Long> rows = rows(changes(target));
        assertThat(rows).hasSize(297).isSorted().doesNotHaveDuplicates().doesNotContain(40L, 41L, 222L);
        assertThat(Tool.run("verify", target).exitCode()).isZero();
    }

    @Test
    void aMissingSegmentIsListedAndThoseBehindItAreCopied() throws IOException {
        TestLogs.commitRows(source, 300);
        Files.delete(TestLogs.segment(source, 2));

        Run run = salvage();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.out()).startsWith("corrupt: segment-0000000002.wal").contains("the file is missing");
        assertThat(rows(changes(target))).contains(0L, 299L).isSorted().hasSizeBetween(100, 299);
    }

    @Test
    void aDamagedSegmentHeaderCostsNothing() throws IOException {
        TestLogs.commitRows(source, 300);
        TestLogs.flip(TestLogs.segment(source, 2), 40);

        Run run = salvage();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(rows(changes(target))).hasSize(300);
    }

    /** Writes a transaction over several batches, and returns which of all batches are its. */
    private List<FrameAt> writeSpilled() throws IOException {
        try (WalManager wal = TestLogs.open(source)) {
            TestLogs.commitRow(wal, 0);
            try (WalTransaction transaction = wal.begin()) {
                for (int i = 0; i < 12; i++) {
                    transaction.insert("large", i % 3, i, Row.of(Value.of(new byte[900])));
                }
                transaction.commit();
            }
            TestLogs.commitRow(wal, 1);
        }
        List<FrameAt> batches = TestLogs.batches(source);
        assertThat(batches).hasSizeGreaterThan(5);
        return batches.subList(1, batches.size() - 1);
    }

    @Test
    void aTransactionOverSeveralBatchesIsCopiedOnlyIfAllOfThemCanBeRead() throws IOException {
        List<FrameAt> spilled = writeSpilled();
        Path sound = directory.resolve("sound");
        TestLogs.copy(source, sound);
        for (int lost = 0; lost < spilled.size(); lost++) {
            source = directory.resolve("source-" + lost);
            target = directory.resolve("target-" + lost);
            TestLogs.copy(sound, source);
            TestLogs.flip(
                    source.resolve(spilled.get(lost).file().getFileName()),
                    spilled.get(lost).offset() + 100);

            Run run = Tool.run("salvage", source.toString(), target.toString());

            assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
            assertThat(run.lines().get(1)).as("batch %d", lost).startsWith("left out: transaction -");
            assertThat(rows(changes(target))).as("batch %d", lost).containsExactly(0L, 1L);
        }
    }

    @Test
    void aTransactionOfACallerThatLostItsBeginningIsLeftOut() throws IOException {
        try (WalManager wal = TestLogs.open(source)) {
            wal.logBegin(1, 5, 0);
            wal.logInsert(5, "t", 1, 1, Row.of());
            wal.logInsert(5, "t", 1, 2, Row.of());
            wal.logCommit(1, 5, 9);
            TestLogs.commitRow(wal, 7);
        }
        FrameAt begin = TestLogs.batches(source).get(0);
        TestLogs.flip(begin.file(), begin.offset() + 70);

        Run run = salvage();

        assertThat(run.out()).contains("left out: transaction 5 of partition 1", "its beginning cannot be read");
        assertThat(rows(changes(target))).containsExactly(7L);
    }

    @Test
    void whatACheckpointCoversIsNotCopiedAndTheRestIs() throws IOException {
        try (WalManager wal = TestLogs.open(source)) {
            for (int row = 0; row < 30; row++) {
                TestLogs.commitRow(wal, row);
            }
            wal.checkpoint(0);
            for (int row = 30; row < 36; row++) {
                TestLogs.commitRow(wal, row);
            }
        }

        Run run = salvage();

        assertThat(run.exitCode()).isZero();
        assertThat(rows(changes(target)))
                .doesNotContain(0L, 27L)
                .contains(1L, 2L, 29L, 30L, 33L, 35L)
                .isSorted();
        try (WalManager wal = TestLogs.open(target)) {
            assertThat(wal.recover().get(0))
                    .hasOnlyElementsOfTypes(WalRecord.Begin.class, WalRecord.Insert.class, WalRecord.Commit.class)
                    .hasSize(6);
            assertThat(wal.status().partitions().get(0).checkpointLsn()).isEqualTo(30);
        }
    }

    @Test
    void aTornTailIsLeftBehind(@TempDir Path scratch) throws IOException {
        TestLogs.torn(source, scratch);

        Run run = salvage();

        assertThat(run.exitCode()).isEqualTo(ExitCode.TORN);
        assertThat(rows(changes(target))).hasSize(99);
    }

    @Test
    void aLogThatIsInUseIsNotSalvaged() {
        try (WalManager wal = TestLogs.open(source)) {
            Run run = Tool.run("salvage", source.toString(), target.toString());

            assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
            assertThat(run.err().lines()).singleElement().asString().contains("in use", "Stop its owner");
            assertThat(target).doesNotExist();
            TestLogs.commitRow(wal, 1);
        }
    }

    @Test
    void aTargetThatIsNotEmptyIsRefused() throws IOException {
        TestLogs.commitRows(source, 1);
        Files.createDirectories(target);
        Files.createFile(target.resolve("file"));

        Run refused = Tool.run("salvage", source.toString(), target.toString());
        Files.delete(target.resolve("file"));
        Run accepted = Tool.run("salvage", source.toString(), target.toString());

        assertThat(refused.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(refused.err()).contains("not an empty directory");
        assertThat(accepted.exitCode()).isZero();
    }

    @Test
    void whereNoNewLogWasMadeTheExitCodeSaysSoAndNothingIsLeft() throws IOException {
        TestLogs.commitRows(source, 1);
        TestLogs.copy(source, directory.resolve("sound"));
        Files.delete(source.resolve("wal.manifest"));
        Run withoutManifest = salvage();
        Files.copy(directory.resolve("sound/wal.manifest"), source.resolve("wal.manifest"));
        TestLogs.flip(source.resolve("wal.manifest"), 30);
        Run withDamagedManifest = salvage();
        Files.delete(source.resolve("wal.manifest"));
        Files.copy(directory.resolve("sound/wal.manifest"), source.resolve("wal.manifest"));
        for (Path segment : TestLogs.segments(source)) {
            Files.delete(segment);
        }
        Run withoutSegments = salvage();

        assertThat(List.of(withoutManifest, withDamagedManifest, withoutSegments))
                .allSatisfy(run -> {
                    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
                    assertThat(run.err().lines()).singleElement().asString().contains("No new log was made");
                });
        assertThat(target).doesNotExist();
    }

    @Test
    void whatFittedIntoASegmentOfTheSourceFitsIntoOneOfTheNewLog() throws IOException {
        long size = 128 << 20;
        try (WalManager wal =
                WalManager.open(TestLogs.options(source).segmentSize(size).build())) {
            TestLogs.commitRow(wal, 1);
        }

        salvage();

        assertThat(Files.size(TestLogs.segment(target, 1))).isEqualTo(size);
    }
}
