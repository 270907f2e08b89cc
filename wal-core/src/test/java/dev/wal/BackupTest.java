package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.checkpoint.SkippedChange;
import dev.wal.common.Durability;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalLockedException;
import dev.wal.recovery.CopyReport;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of a log that is being written to. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupTest {

    private static LoggedHistory history() {
        LoggedHistory history = new LoggedHistory();
        for (int round = 0; round < 3; round++) {
            history.operateAll(List.of(3, 2, 4, 5, 3, 7, 8, 3, 4, 3, 1, 10, 3, 4, 2, 6, 3));
        }
        return history;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCopyHasAllThatWasCommittedBeforeAndNothingElse(boolean goesOn) {
        try (LoggedHistory history = history()) {
            MemoryStorage copy = new MemoryStorage();
            Map<Long, Long> before = history.rows(commit -> true);

            CopyReport report = history.wal().backup(copy);

            if (goesOn) {
                history.operateAll(List.of(3, 3, 3, 10, 3, 3, 3, 10, 2, 11, 2));
            }
            assertThat(CopiedLogs.rowsIn(copy, report)).isEqualTo(before);
            assertThat(report.position())
                    .isLessThanOrEqualTo(history.wal().status().durableMark());
        }
    }

    @Test
    void anEmptyLogIsCopiedToo() {
        MemoryStorage copy = new MemoryStorage();
        try (WalManager wal = Logs.open(new MemoryStorage())) {
            wal.backup(copy);
        }
        assertThat(Logs.rowsIn(copy)).isEmpty();
    }

    @Test
    void whatWasAcknowledgedWithoutAForceIsInTheCopy() {
        MemoryStorage copy = new MemoryStorage();
        try (WalManager wal = WalManager.open(Logs.options(new MemoryStorage())
                .durability(Durability.noSync())
                .build())) {
            Logs.commitRow(wal, 0, 1);
            wal.backup(copy);
            Logs.commitRow(wal, 0, 2);
        }
        assertThat(Logs.rowsIn(copy)).containsExactly(1L);
    }

    @Test
    void copiesAreWholeWhileOthersCommitAndCheckpoint() {
        MemoryStorage storage = new MemoryStorage();
        Map<Long, Long> committed = new ConcurrentSkipListMap<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong nextRow = new AtomicLong();
        try (WalManager wal = Logs.open(storage)) {
            RowsState.of(wal);
            List<Background<Void>> others = IntStream.range(0, 3)
                    .mapToObj(i -> Background.run(() -> {
                        while (!done.get()) {
                            long row = nextRow.getAndIncrement();
                            try (WalTransaction transaction = wal.begin()) {
                                transaction.insert(Logs.TABLE, i, row, Logs.large(500));
                                committed.put(row, transaction.commit().position());
                            }
                        }
                    }))
                    .toList();
            Background<Void> checkpoints = Background.run(() -> {
                while (!done.get()) {
                    wal.checkpointAll();
                }
            });
            try {
                for (int i = 0; i < 12; i++) {
                    Map<Long, Long> before = Map.copyOf(committed);
                    MemoryStorage copy = new MemoryStorage();
                    CopyReport report = wal.backup(copy);
                    Map<Long, Long> rows = CopiedLogs.rowsIn(copy, report);
                    assertThat(rows).containsAllEntriesOf(before);
                    assertThat(rows.values()).allMatch(position -> position < report.position());
                    // Some that came meanwhile are known by now: exactly those before the end are in the copy.
                    Map<Long, Long> known = new TreeMap<>(committed);
                    known.values().removeIf(position -> position >= report.position());
                    assertThat(rows).containsAllEntriesOf(known);
                }
            } finally {
                done.set(true);
            }
            others.forEach(Background::result);
            checkpoints.result();
        }
    }

    @Test
    void aSnapshotIsNotDeletedWhileItIsBeingCopied() {
        try (LoggedHistory history = history()) {
            MemoryStorage storage = history.storage();
            history.operate(10);
            Map<Long, Long> before = history.rows(commit -> true);
            List<String> snapshots =
                    storage.list().stream().filter(FileNames::isSnapshot).toList();
            MemoryStorage copy = new MemoryStorage();
            Background<CopyReport> backup;
            try (Hold hold = storage.hold(call -> call.is(Op.OPEN) && FileNames.isSnapshot(call.file()))) {
                backup = Background.call(() -> history.wal().backup(copy));
                hold.awaitArrivals(1);
                history.operateAll(List.of(2, 10, 2, 10, 2, 10));
                assertThat(storage.list()).containsAll(snapshots);
            }

            assertThat(CopiedLogs.rowsIn(copy, backup.result())).isEqualTo(before);
            assertThat(storage.list()).doesNotContainAnyElementsOf(snapshots);
        }
    }

    @Test
    void segmentsAreNotDroppedWhileTheyAreBeingCopiedAndAreAfterwards() {
        try (LoggedHistory history = new LoggedHistory()) {
            MemoryStorage storage = history.storage();
            history.operateAll(List.of(3, 3, 3, 3, 3, 3));
            String first = LogBytes.segments(storage).get(0);
            MemoryStorage copy = new MemoryStorage();
            Background<CopyReport> backup;
            try (Hold hold = copy.hold(call -> call.is(Op.CREATE))) {
                backup = Background.call(() -> history.wal().backup(copy));
                hold.awaitArrivals(1);
                history.operateAll(List.of(10, 3, 3, 10));
                assertThat(storage.list()).contains(first);
            }
            backup.result();
            history.operate(10);
            assertThat(storage.list()).doesNotContain(first);
        }
    }

    @Test
    void committersDoNotWaitForACopy() {
        try (LoggedHistory history = history()) {
            MemoryStorage copy = new MemoryStorage();
            Background<CopyReport> backup;
            try (Hold hold = copy.hold(call -> call.is(Op.WRITE))) {
                backup = Background.call(() -> history.wal().backup(copy));
                hold.awaitArrivals(1);
                history.operateAll(List.of(0, 2, 3, 3, 3, 3, 3, 7));
            }
            backup.result();
        }
    }

    @Test
    void whateverCallFailsThereIsAWholeCopyOrNoneAndTheLogGoesOn() {
        MemoryStorage healthy = new MemoryStorage();
        try (LoggedHistory history = history()) {
            Map<Long, Long> rows = CopiedLogs.rowsIn(healthy, history.wal().backup(healthy));
            long calls = healthy.count(call -> true);
            for (int number = 1; number <= calls; number++) {
                MemoryStorage copy = new MemoryStorage();
                copy.failFrom(number, call -> true);
                boolean reported = true;
                try {
                    history.wal().backup(copy);
                } catch (WalException e) {
                    reported = false;
                }
                String when = "call " + number + " of the copy and all later ones failed";
                CopiedLogs.checkWholeOrNone(copy.kill(), rows, reported, when);
                CopiedLogs.checkWholeOrNone(copy.powerCut(new Random(number)), rows, reported, when);
            }
            history.operateAll(List.of(2, 3, 10, 3, 10));
            assertThat(history.wal().checkpointAll()).isNotNull();
            assertThat(history.storage().list().stream().filter(FileNames::isSnapshot))
                    .hasSizeLessThanOrEqualTo(2 * Logs.PARTITIONS);
        }
    }

    @Test
    void aLogThatCannotBeReadIsNotCopied() {
        try (LoggedHistory history = history()) {
            LogBytes.FrameAt damaged = LogBytes.batches(history.storage()).get(2);
            LogBytes.flipBit(history.storage(), damaged.file(), damaged.payloadOffset(), 1);
            MemoryStorage copy = new MemoryStorage();

            assertThatExceptionOfType(WalCorruptedException.class)
                    .isThrownBy(() -> history.wal().backup(copy))
                    .withMessageContaining("position " + damaged.position())
                    .withMessageContaining(damaged.file());

            assertThat(copy.list()).isEmpty();
        }
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefused(@TempDir Path directory) throws Exception {
        try (WalManager wal =
                WalManager.open(WalOptions.builder(directory.resolve("log")).build())) {
            Logs.commitRow(wal, 1, 5);
            Files.createDirectories(directory.resolve("used"));
            Files.writeString(directory.resolve("used/notes"), "mine");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> wal.backup(directory.resolve("used")))
                    .withMessageContaining("notes");
            assertThatExceptionOfType(WalLockedException.class).isThrownBy(() -> wal.backup(directory.resolve("log")));
            assertThat(directory.resolve("used")).isDirectoryContaining("glob:**notes");

            wal.backup(directory.resolve("new/copy"));
        }
        try (WalManager wal = WalManager.open(
                WalOptions.builder(directory.resolve("new/copy")).build())) {
            assertThat(Logs.replayedRows(wal)).containsExactly(5L);
        }
    }

    @Test
    void aClosedLogIsNotCopied() {
        WalManager wal = Logs.open(new MemoryStorage());
        wal.close();
        assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.backup(new MemoryStorage()));
    }

    @Test
    void aBackupTellsWhatListenersHaveSkippedAsFarAsThatCanBeRead() {
        SkippedChange skipped = new SkippedChange(Instant.EPOCH, 1, 2, 3, "table", -1, 4, "Error", "message");
        MemoryStorage source = new MemoryStorage();
        MemoryStorage copy = new MemoryStorage();
        WalManager wal = Logs.open(source);
        wal.skips().record("one", skipped);
        wal.skips().record("two", skipped);
        wal.close();
        assertThatExceptionOfType(WalClosedException.class)
                .isThrownBy(() -> wal.skips().record("one", skipped));
        LogBytes.flipBit(source, "skipped-two.log", 30, 1);
        try (WalManager again = Logs.open(source)) {
            assertThatExceptionOfType(WalCorruptedException.class)
                    .isThrownBy(() -> again.skips().of("two"))
                    .withMessageContaining("skipped-two.log");
            again.backup(copy);
        }
        try (WalManager copied = Logs.open(copy)) {
            assertThat(copied.skips().of("one").last()).containsExactly(skipped);
            assertThat(copied.skips().of("two").total()).isZero();
        }
    }
}
