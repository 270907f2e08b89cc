package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.common.TargetUnreachableException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalLockedException;
import dev.wal.common.WalStorageException;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log as it was at an earlier moment, in a directory of its own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecoverToTest {

    private static LoggedHistory longHistory() {
        LoggedHistory history = new LoggedHistory();
        for (int round = 0; round < 3; round++) {
            history.operateAll(List.of(3, 2, 4, 5, 3, 7, 8, 3, 4, 3, 1, 10, 3, 4, 2, 6, 3));
        }
        history.operateAll(List.of(3, 3, 3, 3, 3, 3));
        history.end();
        return history;
    }

    @Test
    void anOlderSnapshotIsUsedWhenTheNewestIsBehindTheMoment() {
        LoggedHistory history = new LoggedHistory();
        history.operateAll(List.of(2, 2, 2, 10, 3, 4, 3, 4, 3, 4));
        long position = history.wal().status().position();
        history.operateAll(List.of(3, 4, 3, 4, 3, 4, 10, 2));
        history.end();
        MemoryStorage made = new MemoryStorage();

        CopyReport report = WalRecovery.recoverTo(history.storage(), made, RecoveryTarget.position(position));

        assertThat(CopiedLogs.rowsIn(made, report)).isEqualTo(history.rows(commit -> commit.position() <= position));
        assertThat(made.list().stream().filter(FileNames::isSnapshot)).hasSize(Logs.PARTITIONS);
    }

    @Test
    void aMomentBehindTheEndGivesAllOfTheLog() {
        LoggedHistory history = longHistory();
        MemoryStorage made = new MemoryStorage();

        CopyReport report = WalRecovery.recoverTo(history.storage(), made, RecoveryTarget.position(Long.MAX_VALUE));

        assertThat(CopiedLogs.rowsIn(made, report)).isEqualTo(history.rows(commit -> true));
    }

    @Test
    void damageBehindTheMomentDoesNotMatterAndDamageBeforeItDoes() {
        LoggedHistory history = longHistory();
        List<LogBytes.FrameAt> batches = LogBytes.batches(history.storage());
        LogBytes.FrameAt damaged = batches.get(batches.size() - 5);
        LogBytes.flipBit(history.storage(), damaged.file(), damaged.payloadOffset(), 3);

        for (int i = 0; i < batches.size(); i++) {
            long position = batches.get(i).position();
            MemoryStorage made = new MemoryStorage();
            if (position < damaged.position()) {
                try {
                    CopyReport report =
                            WalRecovery.recoverTo(history.storage(), made, RecoveryTarget.position(position));
                    assertThat(CopiedLogs.rowsIn(made, report))
                            .isEqualTo(history.rows(commit -> commit.position() <= position));
                } catch (TargetUnreachableException e) {
                    assertThat(position).isLessThan(e.earliestPosition());
                }
            } else {
                assertThatExceptionOfType(WalCorruptedException.class)
                        .isThrownBy(
                                () -> WalRecovery.recoverTo(history.storage(), made, RecoveryTarget.position(position)))
                        .withMessageContaining("position " + damaged.position())
                        .withMessageContaining(damaged.file());
                assertThat(made.list()).isEmpty();
            }
        }
    }

    @Test
    void aTornEndIsLeftOut() {
        LoggedHistory history = longHistory();
        MemoryStorage torn = history.storage().kill();
        // What was never forced when the process was killed.
        try (WalManager wal = WalManager.open(Logs.options(torn)
                .durability(dev.wal.common.Durability.noSync())
                .build())) {
            Logs.commitRow(wal, 0, 5_000);
            Logs.commitRow(wal, 0, 5_001);
            torn = torn.kill();
        }
        List<LogBytes.FrameAt> batches = LogBytes.batches(torn);
        LogBytes.FrameAt last = batches.get(batches.size() - 1);
        LogBytes.flipBit(torn, last.file(), last.payloadOffset(), 3);
        MemoryStorage made = new MemoryStorage();

        CopyReport report = WalRecovery.recoverTo(torn, made, RecoveryTarget.position(Long.MAX_VALUE));

        assertThat(report.position()).isEqualTo(last.position());
        assertThat(CopiedLogs.rowsIn(made, report)).containsKey(5_000L).doesNotContainKey(5_001L);
    }

    @Test
    void anOpenLogAndADirectoryInUseAreRefused(@TempDir Path directory) throws IOException {
        Path source = directory.resolve("source");
        try (WalManager wal = WalManager.open(WalOptions.builder(source).build())) {
            assertThatExceptionOfType(WalLockedException.class)
                    .isThrownBy(() ->
                            WalRecovery.recoverTo(source, directory.resolve("target"), RecoveryTarget.position(0)));
            Logs.commitRow(wal, 0, 1);
        }
        assertThat(directory.resolve("target")).doesNotExist();
        Files.createDirectories(directory.resolve("used"));
        Files.createFile(directory.resolve("used").resolve("file"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WalRecovery.recoverTo(source, directory.resolve("used"), RecoveryTarget.position(0)));

        WalRecovery.recoverTo(source, directory.resolve("new/target"), RecoveryTarget.position(1L << 40));

        try (WalManager wal = WalManager.open(
                WalOptions.builder(directory.resolve("new/target")).build())) {
            assertThat(Logs.replayedRows(wal)).containsExactly(1L);
        }
    }

    @Test
    void whereThereIsNoLogNothingIsMade() {
        MemoryStorage nothing = new MemoryStorage();
        MemoryStorage made = new MemoryStorage();

        assertThatExceptionOfType(WalCorruptedException.class)
                .isThrownBy(() -> WalRecovery.recoverTo(nothing, made, RecoveryTarget.position(0)))
                .withMessageContaining("no log");
        assertThat(made.list()).isEmpty();
        assertThat(nothing.list()).isEmpty();
    }

    @Test
    void whateverCallFailsThereIsAWholeLogOrNone() {
        LoggedHistory history = longHistory();
        RecoveryTarget target = RecoveryTarget.position(Long.MAX_VALUE);
        MemoryStorage healthy = new MemoryStorage();
        Map<Long, Long> rows = CopiedLogs.rowsIn(healthy, WalRecovery.recoverTo(history.storage(), healthy, target));
        long calls = healthy.count(call -> true);
        assertThat(calls).isGreaterThan(20);
        for (int number = 1; number <= calls; number++) {
            for (boolean forGood : new boolean[] {false, true}) {
                MemoryStorage made = new MemoryStorage();
                if (forGood) {
                    made.failFrom(number, call -> true);
                } else {
                    made.failOnce(number, call -> true);
                }
                String when = "call " + number + (forGood ? " and all later ones" : "") + " failed";
                boolean reported = true;
                try {
                    WalRecovery.recoverTo(history.storage(), made, target);
                } catch (WalException e) {
                    assertThat(e).as(when).isInstanceOf(WalStorageException.class);
                    reported = false;
                }
                CopiedLogs.checkWholeOrNone(made.kill(), rows, reported, when + "; killed");
                CopiedLogs.checkWholeOrNone(made.powerCut(new Random(number)), rows, reported, when + "; power lost");
            }
        }
    }

    @Test
    void theTimeOfTheLastBatchIsReported() {
        LoggedHistory history = new LoggedHistory();
        history.operateAll(List.of(1, 1, 1));
        history.end();

        CopyReport report = WalRecovery.recoverTo(
                history.storage(),
                new MemoryStorage(),
                RecoveryTarget.position(history.commits().get(1).position()));

        assertThat(report.time()).isEqualTo(history.commits().get(1).time());
        assertThat(report.duration()).isGreaterThan(Duration.ZERO);
        assertThat(report.files()).isEqualTo(1);
        assertThat(report.bytes()).isEqualTo(Logs.SEGMENT_SIZE);
    }

    @Test
    void aSegmentBehindTheMomentMayBeDamagedMissingOrForeign() {
        LoggedHistory history = longHistory();
        List<LogBytes.FrameAt> batches = LogBytes.batches(history.storage());
        String last = batches.get(batches.size() - 1).file();
        String before = batches.stream()
                .map(LogBytes.FrameAt::file)
                .filter(file -> !file.equals(last))
                .reduce((first, second) -> second)
                .orElseThrow();
        long position = batches.stream()
                .filter(batch -> batch.file().equals(before))
                .findFirst()
                .orElseThrow()
                .position();
        byte[] foreign = history.storage().bytes(last);
        List<Consumer<MemoryStorage>> faults = List.of(
                storage -> LogBytes.flipBit(storage, last, 40, 3),
                storage -> storage.put(last, history.storage().bytes(before)),
                storage -> {
                    storage.remove(last);
                    storage.put(FileNames.segment(FileNames.segmentNumber(last).orElseThrow() + 1), foreign);
                },
                storage -> storage.remove(last));
        for (Consumer<MemoryStorage> fault : faults) {
            MemoryStorage damaged = history.storage().kill();
            fault.accept(damaged);
            MemoryStorage made = new MemoryStorage();

            CopyReport report = WalRecovery.recoverTo(damaged, made, RecoveryTarget.position(position));

            assertThat(CopiedLogs.rowsIn(made, report))
                    .isEqualTo(history.rows(commit -> commit.position() <= position));
            assertThatExceptionOfType(WalCorruptedException.class)
                    .isThrownBy(() -> WalRecovery.recoverTo(
                            damaged, new MemoryStorage(), RecoveryTarget.position(Long.MAX_VALUE)));
        }
    }

    @Test
    void aSourceThatCanOnlyBeReadIsEnoughAndStaysAsItIs(@TempDir Path directory) throws IOException {
        Path source = directory.resolve("source");
        try (WalManager wal = WalManager.open(WalOptions.builder(source).build())) {
            Logs.commitRow(wal, 0, 1);
        }
        Files.delete(source.resolve(FileNames.LOCK));

        WalRecovery.recoverTo(source, directory.resolve("target"), RecoveryTarget.position(Long.MAX_VALUE));

        assertThat(source.resolve(FileNames.LOCK)).doesNotExist();
        assertThatExceptionOfType(WalCorruptedException.class)
                .isThrownBy(() -> WalRecovery.recoverTo(
                        directory.resolve("nowhere"), directory.resolve("other"), RecoveryTarget.position(0)))
                .withMessageContaining("no log");
    }
}
