package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.LogBytes.FrameAt;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFailedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that other logs have, each of them impossible here. */
class KnownFaultsTest {
    private final MemoryStorage storage = new MemoryStorage();

    /** Writes a log with one row in each commit, from 0, and closes it. */
    private void writeRows(int count) {
        try (WalManager wal = Logs.open(storage)) {
            IntStream.range(0, count).forEach(i -> Logs.commitRow(wal, i % Logs.PARTITIONS, i));
        }
    }

    private static Long[] rows(long from, long to) {
        return LongStream.range(from, to).boxed().toArray(Long[]::new);
    }

    private static boolean writesTheLog(Call call) {
        return call.is(Op.WRITE) && FileNames.segmentNumber(call.file()).isPresent();
    }

    // Torn writes and zeros.

    @Test
    void commitsAfterATornTailStayReadable() {
        MemoryStorage before;
        MemoryStorage after;
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            Logs.commitRow(wal, 1, 1);
            before = storage.kill();
            Logs.commitRow(wal, 0, 2);
            after = storage.kill();
        }
        tear(before, after);

        try (WalManager wal = Logs.open(before)) {
            assertThat(wal.recoveryReport().verdict()).isEqualTo(TailVerdict.TORN);
            Logs.commitRow(wal, 0, 3);
            Logs.commitRow(wal, 2, 4);
        }

        assertThat(Logs.rowsIn(before)).containsExactly(0L, 1L, 3L, 4L);
        assertThat(Logs.rowsIn(before)).containsExactly(0L, 1L, 3L, 4L);
    }

    /** Leaves the first half of what the second state has more than the first. */
    private static void tear(MemoryStorage before, MemoryStorage after) {
        String name = FileNames.segment(1);
        byte[] bytes = before.bytes(name);
        byte[] later = after.bytes(name);
        int from = Arrays.mismatch(bytes, later);
        int end = later.length;
        while (later[end - 1] == 0) {
            end--;
        }
        System.arraycopy(later, from, bytes, from, (end - from) / 2);
        before.put(name, bytes);
    }

    @Test
    void batchesBehindAHoleDoNotComeBackWhenItIsWrittenTo() {
        MemoryStorage killed;
        try (WalManager wal = WalManager.open(
                        Logs.options(storage).durability(Durability.noSync()).build());
                // No mark is made while nothing can be forced.
                Hold hold = storage.hold(Call::forcesTheLog)) {
            IntStream.range(0, 4).forEach(i -> Logs.commitRow(wal, 0, i));
            killed = storage.kill();
            hold.release();
        }
        FrameAt hole = LogBytes.batches(killed).get(1);
        LogBytes.zero(killed, hole.file(), hole.offset(), hole.end());

        try (WalManager wal = Logs.open(killed)) {
            assertThat(Logs.replayedRows(wal)).containsExactly(0L);
            Logs.commitRow(wal, 0, 9);
        }

        assertThat(Logs.rowsIn(killed)).containsExactly(0L, 9L);
        WalManager.open(Logs.options(killed).recoveryMode(RecoveryMode.STRICT).build())
                .close();
    }

    @Test
    void nothingIsLeftBehindTheEndOfALogThatWasCut() {
        MemoryStorage before;
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            before = storage.kill();
            Logs.commitRow(wal, 0, 1);
        }
        tear(before, storage);

        MemoryStorage cut;
        try (WalManager wal = Logs.open(before)) {
            assertThat(wal.recoveryReport().bytesCut()).isPositive();
            cut = before.kill();
        }

        FrameAt end = last(LogBytes.frames(cut));
        byte[] bytes = cut.bytes(end.file());
        assertThat(Arrays.copyOfRange(bytes, end.end(), bytes.length)).containsOnly(0);
    }

    @Test
    void tornBytesAreKeptAside() {
        MemoryStorage before;
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            before = storage.kill();
            Logs.commitRow(wal, 0, 1);
        }
        tear(before, storage);

        try (WalManager wal = Logs.open(before)) {
            assertThat(wal.recoveryReport().bytesCut()).isPositive();
            assertThat(wal.recoveryReport().keptAside())
                    .hasSize(1)
                    .allSatisfy(name -> assertThat(before.bytes(name))
                            .hasSize((int) wal.recoveryReport().bytesCut()));
        }
    }

    @Test
    void strictRefusesATornTailAndChangesNothing() {
        MemoryStorage before;
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            before = storage.kill();
            Logs.commitRow(wal, 0, 1);
        }
        tear(before, storage);
        byte[] bytes = before.bytes(FileNames.segment(1));

        assertThatThrownBy(() -> WalManager.open(
                        Logs.options(before).recoveryMode(RecoveryMode.STRICT).build()))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.segment(1));

        assertThat(before.bytes(FileNames.segment(1))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 49, 55, 56, 64, 100, 511, 512, 4096})
    void anyNumberOfZerosAtTheTailIsHarmless(int zeros) {
        writeRows(5);
        FrameAt last = last(LogBytes.frames(storage));
        LogBytes.truncate(storage, last.file(), last.end() + zeros);

        try (WalManager wal = Logs.open(storage)) {
            assertThat(wal.recoveryReport().verdict()).isEqualTo(TailVerdict.CLEAN);
            IntStream.range(5, 300).forEach(i -> Logs.commitRow(wal, 0, i));
        }

        assertThat(Logs.rowsIn(storage)).containsExactly(rows(0, 300));
    }

    @Test
    void zerosBehindTheEndOfASegmentFileAreHarmless() {
        writeRows(5);
        LogBytes.truncate(storage, FileNames.segment(1), Logs.SEGMENT_SIZE + 777);

        try (WalManager wal = Logs.open(storage)) {
            IntStream.range(5, 300).forEach(i -> Logs.commitRow(wal, 0, i));
        }

        assertThat(Logs.rowsIn(storage)).containsExactly(rows(0, 300));
    }

    @Test
    void aShortWriteLosesNoLaterTransaction() {
        MemoryStorage killed;
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            storage.failOnce(1, KnownFaultsTest::writesTheLog);
            assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).isInstanceOf(CommitUnknownException.class);
            assertThatThrownBy(() -> Logs.commitRow(wal, 0, 2)).isInstanceOf(WalFailedException.class);
            killed = storage.kill();
        }

        try (WalManager wal = Logs.open(killed)) {
            Logs.commitRow(wal, 0, 3);
        }

        assertThat(Logs.rowsIn(killed)).containsExactly(0L, 3L);
    }

    // Flipped bits.

    @Test
    void noFlippedBitInAFrameHeaderLosesLaterRecordsInSilence() {
        writeRows(6);
        FrameAt frame = LogBytes.batches(storage).get(3);

        flipEveryBit(frame, frame.offset(), frame.payloadOffset());
    }

    @Test
    void noFlippedBitInTheHeaderOfTheLastBatchLosesItInSilence() {
        writeRows(6);
        FrameAt frame = last(LogBytes.batches(storage));

        flipEveryBit(frame, frame.offset(), frame.payloadOffset());
    }

    @Test
    void aDamagedRecordOfACommittedTransactionIsNeverSkipped() {
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            try (WalTransaction transaction = wal.begin()) {
                IntStream.range(1, 5).forEach(i -> transaction.insert(TABLE, i % 2, i, row(i)));
                transaction.commit();
            }
            Logs.commitRow(wal, 0, 5);
        }
        FrameAt frame = LogBytes.batches(storage).get(1);

        flipEveryBit(frame, frame.payloadOffset(), frame.end());
    }

    private void flipEveryBit(FrameAt frame, int from, int to) {
        long before = directMemory();
        for (int offset = from; offset < to; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                MemoryStorage damaged = storage.kill();
                LogBytes.flipBit(damaged, frame.file(), offset, bit);
                assertThatThrownBy(() -> Logs.open(damaged))
                        .as("bit %d of byte %d", bit, offset)
                        .isInstanceOf(WalCorruptedException.class)
                        .hasMessageContaining(frame.file())
                        .hasMessageContaining("offset " + frame.offset());
                assertThat(damaged.openFiles()).isZero();
                assertThat(directMemory() - before).as("memory").isLessThan(1L << 30);
            }
        }
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    // LSNs.

    @Test
    void aCheckpointDoesNotRestartLsns() {
        try (WalManager wal = Logs.open(storage)) {
            assertThat(wal.logInsert(TABLE, 0, 1, row(1))).isZero();
            wal.checkpoint(0);
            assertThat(wal.logInsert(TABLE, 0, 2, row(2))).isGreaterThan(1);
        }
    }

    @Test
    void aRestartAfterACheckpointDoesNotRestartLsns() {
        long last;
        try (WalManager wal = Logs.open(storage)) {
            wal.logInsert(TABLE, 0, 1, row(1));
            wal.checkpointAll();
            last = wal.status().partitions().get(0).appendedLsn();
        }

        try (WalManager wal = Logs.open(storage)) {
            assertThat(wal.logInsert(TABLE, 0, 2, row(2))).isEqualTo(last + 1);
        }
    }

    @Test
    void openingOverAnExistingLogContinuesItsLsns() {
        writeRows(8);

        try (WalManager wal = Logs.open(storage)) {
            long last = wal.status().partitions().get(2).appendedLsn();
            assertThat(last).isEqualTo(5);
            assertThat(wal.logInsert(TABLE, 2, 100, row(100))).isEqualTo(last + 1);
        }
    }

    @Test
    void givingUpCorruptBatchesDoesNotGiveTheirLsnsAway() {
        writeRows(40);
        FrameAt damaged = LogBytes.batches(storage).get(20);
        LogBytes.flipBit(storage, damaged.file(), damaged.offset() + 60, 0);

        try (WalManager wal = WalManager.open(
                Logs.options(storage).recoveryMode(RecoveryMode.STOP_AT_DAMAGE).build())) {
            assertThat(Logs.replayedRows(wal)).containsExactly(rows(0, 20));
            // Each of ten commits in the partition took three.
            assertThat(wal.logInsert(TABLE, 0, 100, row(100))).isGreaterThanOrEqualTo(30);
        }
    }

    // Transactions.

    @Test
    void interleavedTransactionsAreToldApart() {
        try (WalManager wal = Logs.open(storage)) {
            wal.logBegin(0, 1, 0);
            wal.logBegin(0, 2, 0);
            wal.logInsert(1, TABLE, 0, 10, row(10));
            wal.logInsert(2, TABLE, 0, 20, row(20));
            wal.logInsert(1, TABLE, 0, 11, row(11));
            wal.logCommit(0, 2, 1);
            wal.logInsert(1, TABLE, 0, 12, row(12));
            wal.logRollback(0, 1);
        }

        try (WalManager wal = Logs.open(storage)) {
            assertThat(wal.recover().get(0))
                    .filteredOn(WalRecord.Insert.class::isInstance)
                    .extracting(WalRecord::transactionId)
                    .containsExactly(1L, 2L, 1L, 1L);
            assertThat(Logs.replay(wal))
                    .extracting(WalChange::rowId, WalChange::transactionId)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(20L, 2L));
        }
    }

    // Forces.

    @Test
    void aGroupCommitReturnsOnlyAfterAForce() {
        try (WalManager wal = Logs.open(storage);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> leader = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            Background<CommitReceipt> follower = Background.call(() -> Logs.commitRow(wal, 1, 2));
            follower.awaitParkedOrDone();

            assertThat(leader.isDone()).isFalse();
            assertThat(follower.isDone()).isFalse();

            hold.release();
            assertThat(leader.result().position()).isLessThan(follower.result().position());
        }
    }

    @Test
    void eachCommitOfALoneCallerIsForced() {
        try (WalManager wal = Logs.open(storage)) {
            for (int i = 1; i <= 10; i++) {
                long before = storage.logForces();
                wal.logInsert(TABLE, 0, i, row(i));
                assertThat(storage.logForces()).isGreaterThan(before);
                assertThat(storage.powerCut(new Random(i)).list()).contains(FileNames.segment(1));
                assertThat(Logs.rowsIn(storage.powerCut(new Random(i)))).containsExactly(rows(1, i + 1));
            }
        }
    }

    @Test
    void afterAFailedForceTheLogHasEnded() {
        WalManager wal = Logs.open(storage);
        Logs.commitRow(wal, 0, 0);
        storage.failOnce(1, Call::forcesTheLog);

        Throwable unknown = failureOf(() -> Logs.commitRow(wal, 0, 1));
        assertThat(unknown).isInstanceOf(CommitUnknownException.class).hasRootCauseInstanceOf(IOException.class);
        Throwable cause = rootCause(unknown);
        long writes = storage.count(KnownFaultsTest::writesTheLog);
        long forces = storage.logForces();

        for (int i = 0; i < 3; i++) {
            assertThat(failureOf(() -> Logs.commitRow(wal, 0, 2)))
                    .isInstanceOf(WalFailedException.class)
                    .isNotInstanceOf(CommitUnknownException.class)
                    .hasRootCause(cause);
        }
        assertThat(failureOf(() -> wal.logInsert(TABLE, 0, 3, row(3)))).hasRootCause(cause);
        assertThat(failureOf(wal::sync)).hasRootCause(cause);
        assertThat(failureOf(wal::checkpointAll)).hasRootCause(cause);
        assertThat(wal.status().state()).isEqualTo(WalStatus.State.FAILED);
        wal.close();

        assertThat(storage.count(KnownFaultsTest::writesTheLog)).isEqualTo(writes);
        assertThat(storage.logForces()).isEqualTo(forces);
        assertThat(Logs.rowsIn(storage)).startsWith(0L).isSubsetOf(0L, 1L);
    }

    @Test
    void whatComesBackAfterAFailedForceStaysEvenIfThePowerIsLost() {
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 0);
            storage.failOnce(1, Call::forcesTheLog);
            failureOf(() -> Logs.commitRow(wal, 0, 1));
        }
        MemoryStorage killed = storage.kill();
        WalManager wal = Logs.open(killed);
        List<Long> found = Logs.replayedRows(wal);
        MemoryStorage afterPowerCut = killed.powerCut(new Random(3));
        wal.close();

        assertThat(Logs.rowsIn(afterPowerCut)).isEqualTo(found);
    }

    private static Throwable failureOf(Runnable call) {
        return Background.run(call).failure();
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null ? failure : rootCause(failure.getCause());
    }

    // Files.

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aDamagedSegmentFileIsReportedByItsName(String what, BiConsumer<MemoryStorage, String> damage) {
        writeRows(400);
        List<String> segments = LogBytes.usedSegments(storage);
        assertThat(segments).hasSizeGreaterThan(3);
        for (String segment : segments) {
            MemoryStorage damaged = storage.kill();
            damage.accept(damaged, segment);

            assertThatThrownBy(() -> Logs.open(damaged))
                    .as("%s %s", segment, what)
                    .isInstanceOf(WalCorruptedException.class)
                    .hasMessageMatching("(?s).*segment-\\d{10}\\.wal.*");
            assertThat(damaged.openFiles()).isZero();
        }
    }

    private static Stream<Arguments> aDamagedSegmentFileIsReportedByItsName() {
        return Stream.of(
                damage("deleted", MemoryStorage::remove),
                damage("emptied", (storage, name) -> LogBytes.truncate(storage, name, 0)),
                damage("cut in its header", (storage, name) -> LogBytes.truncate(storage, name, 40)),
                damage("cut behind its header", (storage, name) -> LogBytes.truncate(storage, name, 4096)),
                damage("cut in its frames", (storage, name) -> LogBytes.truncate(storage, name, 4500)),
                damage("overwritten with zeros", (storage, name) -> storage.put(name, new byte[Logs.SEGMENT_SIZE])),
                damage(
                        "of another log",
                        (storage, name) -> storage.put(name, otherLog().bytes(FileNames.segment(1)))),
                damage("swapped", (storage, name) -> {
                    String other = name.equals(FileNames.segment(2)) ? FileNames.segment(3) : FileNames.segment(2);
                    byte[] bytes = storage.bytes(name);
                    storage.put(name, storage.bytes(other));
                    storage.put(other, bytes);
                }));
    }

    @Test
    void aDeletedSegmentIsNamed() {
        writeRows(400);
        storage.remove(FileNames.segment(3));

        assertThatThrownBy(() -> Logs.open(storage))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.segment(3) + " is missing");
    }

    @Test
    void framesOfAClosedLogThatBecameZerosAreReported() {
        writeRows(400);
        List<String> segments = LogBytes.usedSegments(storage);
        for (String segment : segments) {
            MemoryStorage damaged = storage.kill();
            LogBytes.zero(damaged, segment, LogBytes.SEGMENT_HEADER_SIZE, Logs.SEGMENT_SIZE);

            assertThatThrownBy(() -> Logs.open(damaged))
                    .as(segment)
                    .isInstanceOf(WalCorruptedException.class)
                    .hasMessageContaining(segment);
        }
    }

    private static Arguments damage(String what, BiConsumer<MemoryStorage, String> damage) {
        return Arguments.of(what, damage);
    }

    private static MemoryStorage otherLog() {
        MemoryStorage other = new MemoryStorage();
        try (WalManager wal = Logs.open(other)) {
            Logs.commitRow(wal, 0, 1);
        }
        return other;
    }

    @Test
    void aDeletedManifestIsReportedAndNotMadeAnew() {
        writeRows(3);
        storage.remove(FileNames.MANIFEST);
        List<String> files = storage.list();

        assertThatThrownBy(() -> Logs.open(storage))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.MANIFEST);

        assertThat(storage.list()).isEqualTo(files);
    }

    @Test
    void aManifestCutAtAnyByteIsReported() {
        writeRows(3);
        int length = storage.bytes(FileNames.MANIFEST).length;

        for (int cut = 0; cut < length; cut++) {
            MemoryStorage damaged = storage.kill();
            LogBytes.truncate(damaged, FileNames.MANIFEST, cut);
            assertManifestRefused(damaged, "cut to " + cut);
        }
    }

    @Test
    void anyFlippedBitOfTheManifestIsReported() {
        writeRows(3);
        int length = storage.bytes(FileNames.MANIFEST).length;

        for (int bit = 0; bit < length * 8; bit++) {
            MemoryStorage damaged = storage.kill();
            LogBytes.flipBit(damaged, FileNames.MANIFEST, bit / 8, bit % 8);
            assertManifestRefused(damaged, "bit " + bit);
        }
    }

    private static void assertManifestRefused(MemoryStorage damaged, String what) {
        assertThatThrownBy(() -> Logs.open(damaged))
                .as(what)
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.MANIFEST);
    }

    @Test
    void anEarlierManifestOfTheSameLogIsReported() {
        writeRows(1);
        byte[] earlier = storage.bytes(FileNames.MANIFEST);
        writeRows(1);
        writeRows(1);
        storage.put(FileNames.MANIFEST, earlier);

        for (RecoveryMode mode : List.of(RecoveryMode.TOLERATE_TORN_TAIL, RecoveryMode.STOP_AT_DAMAGE)) {
            assertThatThrownBy(() -> WalManager.open(
                            Logs.options(storage).recoveryMode(mode).build()))
                    .isInstanceOf(WalCorruptedException.class)
                    .hasMessageContaining(FileNames.MANIFEST)
                    .hasMessageContaining("older than the log");
        }
    }

    @Test
    void theManifestOfAnotherLogIsReported() {
        writeRows(3);
        storage.put(FileNames.MANIFEST, otherLog().bytes(FileNames.MANIFEST));

        assertThatThrownBy(() -> Logs.open(storage))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.segment(1))
                .hasMessageContaining("another log");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 20, 24, 32, 40, 60})
    void aFlippedBitInASegmentHeaderIsReported(int offset) {
        writeRows(3);
        LogBytes.flipBit(storage, FileNames.segment(1), offset, 1);

        assertThatThrownBy(() -> Logs.open(storage))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining(FileNames.segment(1));
    }

    // Memory.

    @Test
    void replayReadsALogOnceWithTwoFilesOpenHoweverManySegmentsThereAre() {
        writeRows(5_000);
        try (WalManager wal = Logs.open(storage)) {
            int segments = wal.status().segments();
            assertThat(segments).isGreaterThan(50);
            int openBefore = storage.openFiles();
            storage.mostOpenFiles();
            long readBefore = storage.bytesRead();
            long[] rows = new long[1];

            wal.replay(change -> assertThat(change.rowId()).isEqualTo(rows[0]++));

            assertThat(rows[0]).isEqualTo(5_000);
            assertThat(storage.mostOpenFiles() - openBefore).isLessThanOrEqualTo(2);
            assertThat(storage.bytesRead() - readBefore).isLessThanOrEqualTo((segments + 2L) * Logs.SEGMENT_SIZE);
        }
    }

    @Test
    void openingReadsALogOnce() {
        writeRows(5_000);
        long before = storage.bytesRead();

        Logs.open(storage).close();

        int segments = LogBytes.usedSegments(storage).size();
        // A header of 4 KiB each, the frames, and the last segments once more.
        assertThat(storage.bytesRead() - before).isLessThanOrEqualTo((segments * 5L / 4 + 8) * Logs.SEGMENT_SIZE);
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}
