package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalException;
import dev.wal.common.WalStorageException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checkpoints on the word of the caller, without a state machine. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CheckpointTest {
    private final MemoryStorage storage = new MemoryStorage();
    private WalManager wal = Logs.open(storage);

    @AfterEach
    void close() {
        wal.close();
    }

    private void reopen() {
        wal.close();
        wal = Logs.open(storage);
    }

    /** Fills a number of segments with commits of some partitions. */
    private void fillSegments(int segments, int... partitions) {
        int until = wal.status().segments() + segments;
        for (int i = 0; wal.status().segments() < until; i++) {
            wal.logInsert(TABLE, partitions[i % partitions.length], i, Logs.large(900));
        }
    }

    private int firstSegment() {
        return FileNames.segmentNumber(LogBytes.segments(storage).get(0)).orElseThrow();
    }

    // Segments.

    @Test
    void segmentsAreDroppedOnceAllPartitionsAreCheckpointedPastThem() {
        fillSegments(4, 0, 1, 2, 3);

        assertThat(wal.checkpoint(0).segmentsDropped()).isZero();
        assertThat(wal.checkpoint(1).segmentsDropped()).isZero();
        assertThat(wal.checkpoint(2).segmentsDropped()).isZero();
        assertThat(wal.checkpoint(3).segmentsDropped()).isEqualTo(4);

        assertThat(wal.status().segments()).isEqualTo(1);
        assertThat(firstSegment()).isEqualTo(5);
    }

    @Test
    void aPartitionWithoutRecordsHoldsNoSegmentBack() {
        fillSegments(3, 0);

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(3);
    }

    @Test
    void anIdlePartitionHoldsItsSegmentsBack() {
        fillSegments(1, 0);
        wal.logInsert(TABLE, 3, 77, row(77));
        fillSegments(4, 0);

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(1);
        assertThat(Logs.replayedRows(wal)).containsExactly(77L);

        assertThat(wal.checkpoint(3).segmentsDropped()).isEqualTo(4);
    }

    @Test
    void checkpointRecordsHoldNoSegmentBack() {
        wal.checkpointAll();
        wal.checkpointAll();
        fillSegments(2, 0);

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(2);
    }

    @Test
    void rollbackRecordsHoldNoSegmentBack() {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 2, 1, row(1));
        }
        fillSegments(2, 0);

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(2);
    }

    @Test
    void whatHoldsSegmentsBackIsKnownAfterAReopen() {
        fillSegments(1, 0);
        wal.logInsert(TABLE, 3, 77, row(77));
        fillSegments(2, 0);
        reopen();

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(1);
        assertThat(wal.checkpoint(3).segmentsDropped()).isEqualTo(2);
    }

    @Test
    void aSegmentThatIsBeingReadIsNotDropped() {
        fillSegments(3, 0);
        List<Long> rows = new ArrayList<>();

        wal.replay(change -> {
            if (rows.isEmpty()) {
                assertThat(wal.checkpoint(0).segmentsDropped()).isZero();
            }
            rows.add(change.rowId());
        });

        assertThat(rows).isSorted().hasSizeGreaterThan(30);
        wal.logInsert(TABLE, 0, 1, row(1));
        assertThat(wal.checkpoint(0).segmentsDropped()).isPositive();
    }

    @Test
    void aLogThatIsCheckpointedStaysSmallHoweverMuchIsWritten() {
        for (int i = 0; i < 20; i++) {
            fillSegments(2, 0, 1);
            wal.checkpointAll();
        }

        assertThat(wal.status().segments()).isEqualTo(1);
        assertThat(LogBytes.segments(storage)).hasSizeLessThanOrEqualTo(2);
    }

    // What is handed over.

    @Test
    void onlyWhatCameAfterTheCheckpointIsHandedOver() {
        wal.logInsert(TABLE, 0, 1, row(1));
        wal.logInsert(TABLE, 1, 2, row(2));
        wal.checkpointAll();
        wal.logInsert(TABLE, 0, 3, row(3));
        wal.checkpoint(1);

        assertThat(Logs.replayedRows(wal)).containsExactly(3L);
        reopen();
        assertThat(Logs.replayedRows(wal)).containsExactly(3L);
        assertThat(wal.recover().get(0)).containsExactly(new WalRecord.Insert(TABLE, 0, 3, row(3)));
    }

    @Test
    void ofATransactionOverTwoPartitionsOnlyThePartWithoutCheckpointIsHandedOver() {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 0, 1, row(1));
            transaction.insert(TABLE, 1, 2, row(2));
            transaction.commit();
        }
        wal.checkpoint(0);

        reopen();

        assertThat(Logs.replay(wal)).extracting(WalChange::partition).containsExactly(1);
    }

    @Test
    void anUndecidedTransactionKeepsItsRecords() {
        wal.logBegin(0, 9, 0);
        wal.logInsert(9, TABLE, 0, 1, row(1));
        fillSegmentsOf(9);

        assertThat(wal.checkpoint(0).segmentsDropped()).isZero();
        wal.logInsert(9, TABLE, 0, 2, row(2));
        wal.logCommit(0, 9, 1);

        assertThat(Logs.replayedRows(wal)).startsWith(1L).endsWith(2L).hasSizeGreaterThan(15);
        List<Long> before = Logs.replayedRows(wal);
        reopen();
        assertThat(Logs.replayedRows(wal)).isEqualTo(before);
    }

    /** Fills a segment with records of one transaction. */
    private void fillSegmentsOf(long transactionId) {
        int until = wal.status().segments() + 2;
        for (int i = 10; wal.status().segments() < until; i++) {
            wal.logInsert(transactionId, TABLE, 0, i, Logs.large(900));
        }
    }

    @Test
    void whatAnUndecidedTransactionHeldBackIsDroppedOnceItIsDecided() {
        wal.logBegin(0, 9, 0);
        fillSegmentsOf(9);
        wal.checkpoint(0);
        wal.logCommit(0, 9, 1);

        assertThat(wal.checkpoint(0).segmentsDropped()).isEqualTo(2);
        assertThat(Logs.replay(wal)).isEmpty();
    }

    @Test
    void aCommitThatAnUndecidedTransactionSurroundsIsNotHandedOverAgain() {
        wal.logBegin(0, 9, 0);
        wal.logInsert(9, TABLE, 0, 1, row(1));
        wal.logBegin(0, 8, 0);
        wal.logInsert(8, TABLE, 0, 2, row(2));
        wal.logCommit(0, 8, 1);
        CheckpointReport.Partition checkpoint = wal.checkpoint(0).partitions().get(0);
        wal.logCommit(0, 9, 2);

        assertThat(checkpoint.redoPosition()).isLessThan(checkpoint.position());
        reopen();
        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
    }

    @Test
    void theReportSaysWhatIsCovered() {
        wal.batchAppend(
                2, List.of(new WalRecord.Insert(TABLE, 2, 1, row(1)), new WalRecord.Insert(TABLE, 2, 2, row(2))));
        long position = wal.status().position();

        CheckpointReport report = wal.checkpoint(2);

        assertThat(report.partitions()).containsExactly(new CheckpointReport.Partition(2, 2, position, position));
        assertThat(wal.status().partitions().get(2).checkpointLsn()).isEqualTo(2);
    }

    // LSNs.

    @Test
    void lsnsGoOnAfterEverythingWasDropped() {
        fillSegments(3, 0, 1, 2, 3);
        wal.checkpointAll();
        // Nothing but Checkpoint records is left of the partitions, and after another roll not even those.
        fillSegments(1, 0);
        wal.checkpointAll();
        long[] lsns = appendedLsns();

        reopen();

        assertThat(LongStream.of(appendedLsns()).boxed().toList())
                .isEqualTo(LongStream.of(lsns).boxed().toList());
        for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
            assertThat(wal.logInsert(TABLE, partition, 1, row(1))).isEqualTo(lsns[partition] + 1);
        }
    }

    private long[] appendedLsns() {
        return wal.status().partitions().stream()
                .mapToLong(WalStatus.Partition::appendedLsn)
                .toArray();
    }

    // Crashes and failures.

    @Test
    void aCrashBetweenAnyTwoStepsLeavesALogThatOpens() {
        fillSegments(3, 0, 1);
        wal.logInsert(TABLE, 3, 77, row(77));
        long lastLsn = appendedLsns()[0];
        wal.close();
        MemoryStorage before = storage.kill();
        long calls = callsOfCheckpoints(before.kill());

        for (int number = 1; number <= calls + 1; number++) {
            MemoryStorage own = before.kill();
            crashInCheckpoint(own, number);

            checkLeft(own.kill(), lastLsn, "killed at call " + number);
            checkLeft(own.powerCut(new Random(number)), lastLsn, "power lost at call " + number);
        }
    }

    private static long callsOfCheckpoints(MemoryStorage own) {
        try (WalManager log = Logs.open(own)) {
            awaitSpare(own, log);
            long before = own.count(call -> true);
            checkpointTwo(log);
            return own.count(call -> true) - before;
        }
    }

    /** Leaves partition 3 alone, whose one row must not be lost. */
    private static void checkpointTwo(WalManager log) {
        log.checkpoint(0);
        log.checkpoint(1);
    }

    /** So that the background does not mix its calls with those that are counted. */
    private static void awaitSpare(MemoryStorage own, WalManager log) {
        while (LogBytes.segments(own).size() <= log.status().segments()) {
            Thread.onSpinWait();
        }
    }

    private static void crashInCheckpoint(MemoryStorage own, int failing) {
        try (WalManager log = Logs.open(own)) {
            awaitSpare(own, log);
            own.failFrom(failing, call -> true);
            checkpointTwo(log);
        } catch (WalException expected) {
            assertThat(expected).hasMessageContaining("/memory/wal");
        }
    }

    private static void checkLeft(MemoryStorage left, long lastLsn, String when) {
        assertThatCode(() -> {
                    assertThat(Logs.rowsIn(left)).as(when).contains(77L);
                    try (WalManager log = Logs.open(left)) {
                        long lsn = log.status().partitions().get(0).appendedLsn();
                        assertThat(log.logInsert(TABLE, 0, 5, row(5))).as(when).isEqualTo(lsn + 1);
                        assertThat(lsn).as(when).isGreaterThanOrEqualTo(lastLsn);
                        log.checkpointAll();
                        assertThat(log.status().segments()).as(when).isEqualTo(1);
                    }
                    assertThat(Logs.rowsIn(left)).as(when).isEmpty();
                })
                .as(when)
                .doesNotThrowAnyException();
    }

    @Test
    void aCheckpointThatCannotWriteTheManifestLeavesTheLogOpen() {
        fillSegments(2, 0);
        List<Long> rows = Logs.replayedRows(wal);
        storage.failOnce(1, call -> call.is(Op.RENAME) && call.file().equals(FileNames.MANIFEST));

        assertThatThrownBy(wal::checkpointAll).isInstanceOf(WalStorageException.class);

        assertThat(Logs.replayedRows(wal)).isEqualTo(rows);
        wal.logInsert(TABLE, 0, 1, row(1));
        assertThat(wal.checkpointAll().segmentsDropped()).isEqualTo(2);
    }

    @Test
    void segmentsThatCouldNotBeDeletedAreDeletedByTheNextOpen() {
        fillSegments(2, 0);
        storage.failOnce(1, call -> call.is(Op.RENAME) && FileNames.isTemporary(call.file()));
        wal.checkpointAll();
        storage.heal();
        assertThat(firstSegment()).isEqualTo(1);

        reopen();

        assertThat(firstSegment()).isEqualTo(3);
        assertThat(Logs.replay(wal)).isEmpty();
    }

    @Test
    void aSecondCheckpointAtTheSameTimeIsRefused() {
        wal.logInsert(TABLE, 0, 1, row(1));
        try (Hold hold = storage.hold(call -> call.is(Op.RENAME))) {
            Background<CheckpointReport> first = Background.call(wal::checkpointAll);
            hold.awaitArrivals(1);

            assertThatThrownBy(() -> wal.checkpoint(1)).isInstanceOf(CheckpointRefusedException.class);

            hold.release();
            assertThat(first.result().partitions()).hasSize(4);
        }
        assertThat(wal.checkpoint(1).partitions()).hasSize(1);
    }

    @Test
    void commitsGoOnWhileACheckpointRuns() {
        wal.logInsert(TABLE, 0, 1, row(1));
        try (Hold hold = storage.hold(call -> call.is(Op.RENAME))) {
            Background<CheckpointReport> checkpoint = Background.call(wal::checkpointAll);
            hold.awaitArrivals(1);

            wal.logInsert(TABLE, 0, 2, row(2));

            hold.release();
            checkpoint.result();
        }
        assertThat(Logs.replayedRows(wal)).containsExactly(2L);
        reopen();
        assertThat(Logs.replayedRows(wal)).containsExactly(2L);
    }

    @Test
    void aCommitThatWaitsForItsForceIsNotCovered() {
        try (Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> commit = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            Background<CheckpointReport> checkpoint = Background.call(wal::checkpointAll);
            checkpoint.awaitParkedOrDone();
            hold.release();

            CommitReceipt receipt = commit.result();
            assertThat(checkpoint.result().partitions().get(0).position()).isLessThanOrEqualTo(receipt.position());
        }
        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
    }

    @Test
    void whatBeganBehindACommitThatWaitsForItsForceIsNotCoveredEither() {
        Background<CheckpointReport> checkpoint;
        try (Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> commit = Background.call(() -> Logs.commitRow(wal, 1, 1));
            hold.awaitArrivals(1);
            wal.logBegin(0, 7, 0);
            for (long row = 0; row < 3; row++) {
                wal.logInsert(7, Logs.TABLE, 0, row, Logs.row(row));
            }
            checkpoint = Background.call(() -> wal.checkpoint(0));
            checkpoint.awaitParkedOrDone();
            hold.release();
            commit.result();
        }
        assertThat(checkpoint.result().partitions().get(0).lsn()).isZero();
        fillSegments(4, 1);
        wal.checkpoint(1);
        wal.checkpoint(0);
        fillSegments(4, 1);
        wal.checkpoint(1);
        wal.logCommit(0, 7, 0);

        reopen();

        assertThat(Logs.replayedRows(wal)).containsExactly(0L, 1L, 2L);
        assertThat(wal.recover().get(0)).hasSize(5);
    }

    @Test
    void checkpointsBesideWritersLoseNothingThatCameAfterThem() {
        List<Background<Void>> writers = IntStream.range(0, 3)
                .mapToObj(thread -> Background.run(() ->
                        IntStream.range(0, 200).forEach(i -> Logs.commitRow(wal, thread, thread * 1000L + i))))
                .toList();
        long[] covered = new long[Logs.PARTITIONS];
        while (!writers.stream().allMatch(Background::isDone)) {
            wal.checkpointAll().partitions().forEach(done -> covered[done.partition()] = done.lsn());
        }
        writers.forEach(Background::result);

        reopen();

        for (int partition = 0; partition < 3; partition++) {
            int own = partition;
            // Each commit takes a Begin, the row and a Commit; Checkpoint records come in between.
            assertThat(Logs.replay(wal).stream().filter(change -> change.partition() == own))
                    .allMatch(change -> change.lsn() >= covered[own])
                    .extracting(WalChange::rowId)
                    .isSorted();
            List<WalChange> found = Logs.replay(wal).stream()
                    .filter(change -> change.partition() == own)
                    .toList();
            if (!found.isEmpty()) {
                assertThat(found.get(found.size() - 1).rowId()).isEqualTo(own * 1000L + 199);
                assertThat(found)
                        .hasSize((int) (own * 1000L + 200 - found.get(0).rowId()));
            }
        }
    }
}
