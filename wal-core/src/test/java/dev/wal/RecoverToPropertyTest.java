package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.checkpoint.ManifestStore;
import dev.wal.common.TargetUnreachableException;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any log, recovered to any moment: exactly what was committed up to it, or a refusal that names the earliest moment that can be reached. */
class RecoverToPropertyTest {

    @Provide
    Arbitrary<List<Integer>> operations() {
        return Arbitraries.integers()
                .between(0, LoggedHistory.OPERATIONS - 1)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 150)
    void aLogIsRecoveredToExactlyTheCommitsUpToAPosition(
            @ForAll("operations") List<Integer> operations, @ForAll("fractions") double fraction) {
        try (LoggedHistory history = new LoggedHistory()) {
            history.operateAll(operations);
            long end = history.wal().status().position();
            history.end();
            List<Long> ofCommits = history.commits().stream()
                    .map(LoggedHistory.Committed::position)
                    .toList();
            long position = ofCommits.isEmpty() || fraction > 0.95
                    ? (long) (end * fraction)
                    : ofCommits.get((int) (ofCommits.size() * fraction)) + (int) (fraction * 1000) % 3 - 1;
            check(
                    history,
                    RecoveryTarget.position(position),
                    history.rows(commit -> commit.position() <= position),
                    unreachable -> {
                        assertThat(position).isLessThan(unreachable.earliestPosition());
                        return RecoveryTarget.position(unreachable.earliestPosition());
                    },
                    unreachable -> RecoveryTarget.position(unreachable.earliestPosition() - 1));
        }
    }

    @Property(tries = 100)
    void aLogIsRecoveredToExactlyTheCommitsUpToATime(
            @ForAll("operations") List<Integer> operations, @ForAll("fractions") double fraction) {
        try (LoggedHistory history = new LoggedHistory()) {
            history.operateAll(operations);
            history.end();
            if (history.commits().isEmpty()) {
                return;
            }
            var time = history.commits()
                    .get((int) (history.commits().size() * fraction))
                    .time()
                    .minusMillis((int) (fraction * 1000) % 2);
            check(
                    history,
                    RecoveryTarget.time(time),
                    history.rows(commit -> !commit.time().isAfter(time)),
                    unreachable -> {
                        assertThat(time).isBefore(unreachable.earliestTime());
                        return RecoveryTarget.time(unreachable.earliestTime());
                    },
                    unreachable ->
                            RecoveryTarget.time(unreachable.earliestTime().minusNanos(1000)));
        }
    }

    @Provide
    Arbitrary<Double> fractions() {
        return Arbitraries.doubles().between(0, true, 1, false);
    }

    private interface TargetOf {
        RecoveryTarget of(TargetUnreachableException unreachable);
    }

    /** Recovers, or makes sure that the earliest moment that is named instead is the earliest indeed. */
    private static void check(
            LoggedHistory history,
            RecoveryTarget target,
            Map<Long, Long> expected,
            TargetOf earliest,
            TargetOf tooEarly) {
        Map<String, byte[]> before = files(history.storage());
        MemoryStorage made = new MemoryStorage();
        CopyReport report;
        try {
            report = WalRecovery.recoverTo(history.storage(), made, target);
        } catch (TargetUnreachableException unreachable) {
            assertThat(made.list()).isEmpty();
            WalRecovery.recoverTo(history.storage(), new MemoryStorage(), earliest.of(unreachable));
            assertThatExceptionOfType(TargetUnreachableException.class)
                    .isThrownBy(() -> WalRecovery.recoverTo(history.storage(), made, tooEarly.of(unreachable)))
                    .satisfies(again -> assertThat(again.earliestPosition()).isEqualTo(unreachable.earliestPosition()));
            return;
        } finally {
            assertUnchanged(history.storage(), before);
        }
        assertThat(CopiedLogs.rowsIn(made, report)).isEqualTo(expected);
        goesOn(history.storage(), made, expected);
    }

    /** What is written to the copy is there again later, and no LSN or incarnation of the source is used again. */
    private static void goesOn(MemoryStorage source, MemoryStorage made, Map<Long, Long> recovered) {
        Map<Long, Long> rows = new TreeMap<>(recovered);
        try (WalManager wal = Logs.open(made);
                WalManager original = Logs.open(source.kill())) {
            assertThat(incarnation(made)).isGreaterThan(incarnation(source) + 60_000);
            RowsState.of(wal);
            for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
                long row = -1L - partition;
                CommitReceipt receipt = Logs.commitRow(wal, partition, row);
                assertThat(receipt.ranges().get(0).first())
                        .isGreaterThan(original.recoveryReport()
                                .partitions()
                                .get(partition)
                                .lastLsn());
                rows.put(row, receipt.position());
            }
            wal.checkpoint(1);
        }
        try (WalManager wal = Logs.open(made)) {
            assertThat(RowsState.of(wal).rows()).isEqualTo(rows);
        }
    }

    private static int incarnation(MemoryStorage storage) {
        try {
            return new ManifestStore(storage).read().orElseThrow().incarnation();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, byte[]> files(MemoryStorage storage) {
        Map<String, byte[]> files = new TreeMap<>();
        storage.list().forEach(name -> files.put(name, storage.bytes(name)));
        return files;
    }

    private static void assertUnchanged(MemoryStorage storage, Map<String, byte[]> before) {
        assertThat(storage.list()).containsExactlyElementsOf(before.keySet());
        before.forEach((name, bytes) ->
                assertThat(Arrays.equals(storage.bytes(name), bytes)).as(name).isTrue());
    }
}
