package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.LogBytes.FrameAt;
import dev.wal.common.Durability;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalSpaceException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Transactions that are larger than what is kept of them in memory. */
class SpilledTransactionTest {
    private static final int MAX_SIZE = 1024;
    private static final int ROWS = 100;
    private static final List<Long> ALL = LongStream.range(0, ROWS).boxed().toList();

    private final MemoryStorage storage = new MemoryStorage();

    private static WalManager open(MemoryStorage storage) {
        return WalManager.open(
                Logs.options(storage).maxTransactionSize(MAX_SIZE).build());
    }

    /** Writes rows over three partitions, many times as many bytes as are kept in memory. */
    private static void write(WalTransaction transaction) {
        write(transaction, 0, ROWS);
    }

    private static void write(WalTransaction transaction, int from, int to) {
        for (int row = from; row < to; row++) {
            transaction.insert(Logs.TABLE, row % 3, row, Logs.large(100));
        }
    }

    @Test
    void comesBackWholeAndInOrderOfWriting() {
        CommitReceipt receipt;
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction);
            receipt = transaction.commit();
        }

        try (WalManager wal = open(storage)) {
            List<WalChange> changes = Logs.replay(wal);
            assertThat(changes).extracting(WalChange::rowId).isEqualTo(ALL);
            assertThat(changes).allMatch(change -> change.position() == receipt.position());
            assertThat(wal.recoveryReport().transactions()).isEqualTo(1);
        }
        assertThat(LogBytes.frames(storage)).filteredOn(FrameAt::isBatch).hasSizeGreaterThan(10);
    }

    @Test
    void theReceiptHasTheLsnsOfAllItsRecords() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction);

            List<LsnRange> ranges = transaction.commit().ranges();

            for (int partition = 0; partition < 3; partition++) {
                long next = 0;
                for (LsnRange range : ranges) {
                    if (range.partition() == partition) {
                        assertThat(range.first()).isEqualTo(next);
                        next += range.count();
                    }
                }
                assertThat(next - 1)
                        .isEqualTo(wal.status().partitions().get(partition).appendedLsn());
            }
        }
    }

    @Test
    void withoutItsCommitNothingOfItComesBack() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction);
            wal.sync();

            MemoryStorage killed = storage.kill();

            try (WalManager again = open(killed)) {
                assertThat(Logs.replay(again)).isEmpty();
                assertThat(again.recoveryReport().partitions().get(0).discarded())
                        .isEqualTo(1);
                assertThat(again.recover().get(0)).last().isInstanceOf(WalRecord.Rollback.class);
            }
        }
    }

    @Test
    void aPowerCutAtAnyForceLeavesAllOrNothing() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction);
            for (int seed = 0; seed < 30; seed++) {
                assertThat(Logs.rowsIn(storage.powerCut(new Random(seed)))).isEmpty();
            }
            transaction.commit();
            for (int seed = 0; seed < 30; seed++) {
                assertThat(Logs.rowsIn(storage.powerCut(new Random(seed)))).isEqualTo(ALL);
            }
        }
    }

    @Test
    void oneForceCoversAllOfIt() {
        try (WalManager wal = WalManager.open(Logs.options(storage)
                        .segmentSize(1 << 20)
                        .maxTransactionSize(MAX_SIZE)
                        .build());
                WalTransaction transaction = wal.begin()) {
            write(transaction);
            long forces = storage.logForces();

            transaction.commit();

            assertThat(storage.logForces() - forces).isEqualTo(1);
        }
    }

    @Test
    void aRolledBackOneSaysSoInTheLog() {
        try (WalManager wal = open(storage)) {
            try (WalTransaction transaction = wal.begin()) {
                write(transaction, 0, 40);
            }
            Logs.commitRow(wal, 0, 1_000);

            assertThat(Logs.replayedRows(wal)).containsExactly(1_000L);
            assertThat(wal.recover().get(1)).last().isInstanceOf(WalRecord.Rollback.class);
        }
        try (WalManager wal = open(storage)) {
            assertThat(wal.recoveryReport().partitions().get(1).rolledBack()).isEqualTo(1);
            assertThat(wal.recoveryReport().partitions().get(1).discarded()).isZero();
        }
    }

    /** Wherever in a segment it ends: a consumer that never saw the end would have the log kept from the beginning of the transaction on. */
    @Test
    void aRolledBackOneSaysSoAlsoWhereASegmentIsFull() {
        int rolledBack = 200;
        try (WalManager wal = open(storage)) {
            wal.tail("mirror", 0).close();
            for (int i = 0; i < rolledBack; i++) {
                try (WalTransaction transaction = wal.begin()) {
                    write(transaction, 0, 20 + i % 7);
                }
            }
            Logs.commitRow(wal, 0, 1);
            try (WalTailer tailer = wal.tail("mirror", 0)) {
                assertThat(tailer.poll(Duration.ZERO, change -> {})).isTrue();
                tailer.acknowledge();
            }
            assertThat(wal.recover().get(0))
                    .filteredOn(WalRecord.Rollback.class::isInstance)
                    .hasSize(rolledBack);

            wal.checkpointAll();
            assertThat(wal.status().segments()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void othersMayCommitBetweenItsParts() {
        try (WalManager wal = open(storage);
                WalTransaction one = wal.begin();
                WalTransaction two = wal.begin()) {
            for (int row = 0; row < ROWS; row++) {
                (row % 2 == 0 ? one : two).insert(Logs.TABLE, row % 4, row, Logs.large(100));
                if (row % 10 == 0) {
                    Logs.commitRow(wal, 0, 1_000 + row);
                }
            }
            two.commit();
            one.commit();

            List<Long> rows = Logs.replayedRows(wal);
            assertThat(rows.subList(0, 10)).allMatch(row -> row >= 1_000);
            assertThat(rows.subList(10, 60)).allMatch(row -> row % 2 == 1).isSorted();
            assertThat(rows.subList(60, 110)).allMatch(row -> row % 2 == 0).isSorted();
        }
    }

    @Test
    void aStateIsToldTheSameLiveAndAtRecovery() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            wal.attach(live);
            Logs.commitRow(wal, 0, 1_000);
            try (WalTransaction transaction = wal.begin()) {
                write(transaction);
                transaction.commit();
            }
            Logs.commitRow(wal, 0, 1_001);
            assertThat(live.rowIds()).startsWith(1_000L).endsWith(1_001L).hasSize(ROWS + 2);
            assertThat(live.changes()).isEqualTo(Logs.replay(wal));
        }
        try (WalManager wal = open(storage)) {
            AppliedChanges recovered = new AppliedChanges();
            wal.attach(recovered);
            assertThat(recovered.changes()).isEqualTo(live.changes());
        }
    }

    @Test
    void anAsynchronousCommitIsAppliedToo() throws Exception {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            wal.attach(live);
            WalTransaction transaction = wal.begin();
            write(transaction);
            transaction.commitAsync().get();
        }
        assertThat(live.rowIds()).isEqualTo(ALL);
    }

    @Test
    void aTransactionThatACallerDrivesIsToldTheSameLiveAndAtRecovery() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            wal.attach(live);
            wal.logBegin(1, 7, 0);
            wal.logInsert(7, Logs.TABLE, 1, 70, Logs.row(70));
            wal.logBegin(1, 8, 0);
            wal.logInsert(8, Logs.TABLE, 1, 80, Logs.row(80));
            wal.batchAppend(
                    1,
                    List.of(
                            new WalRecord.Insert(7, Logs.TABLE, 1, 71, Logs.row(71)),
                            new WalRecord.Commit(7, 1, 123),
                            new WalRecord.Begin(7, 1, 0),
                            new WalRecord.Insert(7, Logs.TABLE, 1, 72, Logs.row(72))));
            wal.logCommit(1, 7, 124);
            wal.logCommit(1, 8, 125);

            assertThat(live.rowIds()).containsExactly(70L, 71L, 72L, 80L);
            assertThat(live.changes()).extracting(WalChange::commitTimeMicros).containsExactly(123L, 123L, 124L, 125L);
            assertThat(live.changes()).isEqualTo(Logs.replay(wal));
        }
    }

    @Test
    void anAsynchronousCommitWhoseLargeFrameCannotBeWrittenIsTold() {
        WalManager wal =
                WalManager.open(Logs.options(storage).segmentSize(8 << 20).build());
        WalTransaction transaction = wal.begin();
        for (int row = 0; row < 30; row++) {
            transaction.insert(Logs.TABLE, 0, row, Logs.large(100_000));
        }
        storage.failOnce(1, call -> call.is(Op.WRITE) && call.isOfTheLog());

        assertThat(transaction.commitAsync())
                .failsWithin(java.time.Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(dev.wal.common.CommitUnknownException.class);
        wal.close();
    }

    @Test
    void oneThatBeganBeforeAStateWasAttachedIsRefused() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 0, 1, Logs.row(1));
                wal.attach(live);
                assertThatIllegalStateException()
                        .isThrownBy(transaction::commit)
                        .withMessageContaining("attached");
            }
            Logs.commitRow(wal, 0, 2);
            assertThat(live.rowIds()).containsExactly(2L);
            assertThat(Logs.replayedRows(wal)).containsExactly(2L);
        }
    }

    // Limits.

    @Test
    void aRecordThatFitsNoSegmentIsRefusedAndTheRestIsCommitted() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction, 0, 50);
            assertThatExceptionOfType(WalLimitException.class)
                    .isThrownBy(() -> transaction.insert(Logs.TABLE, 3, 50, Logs.large(Logs.SEGMENT_SIZE)))
                    .withMessageContaining("was not added");
            write(transaction, 50, 60);
            transaction.commit();

            assertThat(Logs.replayedRows(wal)).isEqualTo(ALL.subList(0, 60));
        }
    }

    @Test
    void aRecordThatFitsNoSegmentLeavesNothingBehindAlsoIfItIsTheFirst() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            wal.attach(live);
            try (WalTransaction transaction = wal.begin()) {
                assertThatExceptionOfType(WalLimitException.class)
                        .isThrownBy(() -> transaction.insert(Logs.TABLE, 3, 0, Logs.large(Logs.SEGMENT_SIZE)));
                transaction.insert(Logs.TABLE, 3, 1, Logs.row(1));
                transaction.commit();
            }
            Logs.commitRow(wal, 0, 2);
        }
        assertThat(live.rowIds()).containsExactly(1L, 2L);
        try (WalManager strict = WalManager.open(Logs.options(storage)
                .recoveryMode(dev.wal.common.RecoveryMode.STRICT)
                .build())) {
            assertThat(Logs.replayedRows(strict)).containsExactly(1L, 2L);
        }
    }

    @Test
    void aTransactionMayBeAnyNumberOfSegmentsLarge() {
        try (WalManager wal = WalManager.open(Logs.options(storage).build());
                WalTransaction transaction = wal.begin()) {
            for (int row = 0; row < ROWS; row++) {
                transaction.insert(Logs.TABLE, row % 3, row, Logs.large(2_000));
            }
            transaction.commit();

            assertThat(Logs.replayedRows(wal)).isEqualTo(ALL);
            assertThat(wal.status().segments()).isGreaterThan(10);
        }
    }

    @Test
    void aSpillThatIsRefusedAddsNothingAndTheTransactionGoesOnOnceThereIsSpace() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            storage.failBy(call -> {
                if (call.is(Op.CREATE)) {
                    throw new java.io.IOException("No space left on device");
                }
            });
            int added = writeUntilRefused(transaction);
            assertThat(transaction.operations()).isEqualTo(added);
            storage.heal();
            writeAgain(transaction, added);
            write(transaction, added + 1, added + 30);
            transaction.commit();

            assertThat(Logs.replayedRows(wal))
                    .isEqualTo(LongStream.range(0, added + 30).boxed().toList());
        }
    }

    private static int writeUntilRefused(WalTransaction transaction) {
        int row = 0;
        try {
            while (row < 10_000) {
                transaction.insert(Logs.TABLE, row % 3, row, Logs.large(100));
                row++;
            }
        } catch (WalSpaceException refused) {
            return row;
        }
        throw new AssertionError("never refused");
    }

    /** Each attempt has a segment tried once more. */
    private static void writeAgain(WalTransaction transaction, int row) {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                transaction.insert(Logs.TABLE, row % 3, row, Logs.large(100));
                return;
            } catch (WalSpaceException again) {
                assertThat(transaction.operations()).isEqualTo(row);
            }
        }
        throw new AssertionError("still refused");
    }

    @Test
    void allOpenTransactionsTogetherKeepABoundedAmountInMemory() {
        int size = 64 * 1024;
        try (WalManager wal = WalManager.open(Logs.options(storage)
                .segmentSize(4 << 20)
                .maxTransactionSize(size)
                .build())) {
            List<WalTransaction> open = new ArrayList<>();
            long before = wal.status().position();
            for (int i = 0; i < 8; i++) {
                open.add(writeBytes(wal.begin(), i, size - 8_000));
            }
            assertThat(wal.status().position()).as("all of them in memory").isEqualTo(before);
            for (int i = 8; i < 40; i++) {
                open.add(writeBytes(wal.begin(), i, size - 8_000));
            }
            assertThat(wal.status().position() - before)
                    .as("bytes that spilled, of 32 transactions for which there was no memory")
                    .isGreaterThan(32L * (size - 32_000));
            open.forEach(WalTransaction::commit);
            assertThat(Logs.replay(wal).stream().map(WalChange::rowId).collect(Collectors.toSet()))
                    .hasSize(40);

            List<WalTransaction> next = new ArrayList<>();
            long after = wal.status().position();
            for (int i = 0; i < 8; i++) {
                next.add(writeBytes(wal.begin(), i, size - 8_000));
            }
            assertThat(wal.status().position()).as("memory was given back").isEqualTo(after);
            next.forEach(WalTransaction::rollback);
        }
    }

    @Test
    void soDoManySmallOnes() {
        int size = 64 * 1024;
        try (WalManager wal = WalManager.open(Logs.options(storage)
                .segmentSize(4 << 20)
                .maxTransactionSize(size)
                .build())) {
            List<WalTransaction> open = new ArrayList<>();
            long before = wal.status().position();
            for (int i = 0; i < 1_000; i++) {
                open.add(writeBytes(wal.begin(), i, 12_000));
            }
            assertThat(wal.status().position() - before)
                    .as("bytes that spilled, of 12 MB where 512 KiB may stay in memory")
                    .isGreaterThan(1_000L * 12_000 - 8L * size - 1_000L * 2 * 2_048);
            open.forEach(WalTransaction::rollback);
        }
    }

    private static WalTransaction writeBytes(WalTransaction transaction, long rowId, int bytes) {
        for (int written = 0; written < bytes; written += 1_050) {
            transaction.insert(Logs.TABLE, 0, rowId, Logs.large(1_000));
        }
        return transaction;
    }

    // Savepoints.

    @Test
    void aRollbackToASavepointInTheLogUndoesWhatCameAfterIt() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = open(storage)) {
            wal.attach(live);
            try (WalTransaction transaction = wal.begin()) {
                write(transaction, 0, 30);
                WalTransaction.Savepoint savepoint = transaction.savepoint();
                write(transaction, 30, 60);
                transaction.rollbackTo(savepoint);
                write(transaction, 60, 90);
                transaction.rollbackTo(savepoint);
                write(transaction, 90, 100);
                assertThat(transaction.operations()).isEqualTo(40);
                transaction.commit();
            }
            List<Long> kept = new ArrayList<>(ALL.subList(0, 30));
            kept.addAll(ALL.subList(90, 100));
            assertThat(live.rowIds()).isEqualTo(kept);
            assertThat(Logs.replay(wal)).isEqualTo(live.changes());
        }
    }

    @Test
    void aSavepointEndsWhenAnEarlierOneIsRolledBackToOrReleased() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            WalTransaction.Savepoint first = transaction.savepoint();
            write(transaction, 0, 5);
            WalTransaction.Savepoint second = transaction.savepoint();
            transaction.rollbackTo(first);
            // As many operations as before: the savepoint must not come alive again.
            write(transaction, 0, 10);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transaction.rollbackTo(second))
                    .withMessageContaining("ended");

            WalTransaction.Savepoint third = transaction.savepoint();
            transaction.release(first);
            assertThatIllegalArgumentException().isThrownBy(() -> transaction.rollbackTo(third));
            assertThatIllegalArgumentException().isThrownBy(() -> transaction.release(first));
            assertThat(transaction.operations()).isEqualTo(10);
        }
    }

    // Checkpoints.

    @Test
    void aCheckpointKeepsWhatATransactionInTheLogWrote() {
        try (WalManager wal = open(storage);
                WalTransaction transaction = wal.begin()) {
            write(transaction, 0, 30);
            for (int i = 0; i < 8; i++) {
                commitLarge(wal, i);
                wal.checkpointAll();
            }
            write(transaction, 30, ROWS);
            wal.checkpointAll();
            transaction.commit();

            assertThat(Logs.replayedRows(wal)).isEqualTo(ALL);
            assertThat(Logs.rowsIn(storage.kill())).isEqualTo(ALL);
        }
    }

    @Test
    void whatItHeldBackIsDroppedOnceItHasEnded() {
        try (WalManager wal = open(storage)) {
            for (boolean commits : new boolean[] {true, false}) {
                WalTransaction transaction = wal.begin();
                write(transaction);
                for (int i = 0; i < 8; i++) {
                    commitLarge(wal, i);
                }
                wal.checkpointAll();
                assertThat(wal.status().segments()).isGreaterThan(3);
                if (commits) {
                    transaction.commit();
                } else {
                    transaction.rollback();
                }
                wal.checkpointAll();
                assertThat(wal.status().segments()).isLessThanOrEqualTo(2);
                assertThat(Logs.replay(wal)).isEmpty();
            }
        }
    }

    private static void commitLarge(WalManager wal, long rowId) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 3, rowId, Logs.large(10_000));
            transaction.commit();
        }
    }

    // Recovery.

    @Test
    void thousandsOfOpenTransactionsAreRecoveredWithTwoFilesOpen() {
        int transactions = 3_000;
        try (WalManager wal = WalManager.open(Logs.options(storage)
                .segmentSize(64 * 1024)
                .durability(Durability.noSync())
                .maxTransactionSize(MAX_SIZE)
                .build())) {
            List<WalTransaction> open = new ArrayList<>();
            for (int i = 0; i < transactions; i++) {
                open.add(wal.begin());
            }
            for (int part = 0; part < 3; part++) {
                for (WalTransaction transaction : open) {
                    transaction.insert(Logs.TABLE, part, -transaction.id(), Logs.large(1_100));
                }
            }
            for (int i = 0; i < transactions; i += 2) {
                open.get(i).commit();
            }
            MemoryStorage killed = storage.kill();
            killed.mostOpenFiles();
            try (WalManager again =
                    WalManager.open(Logs.options(killed).segmentSize(64 * 1024).build())) {
                List<WalChange> changes = Logs.replay(again);
                Set<Long> found = changes.stream().map(WalChange::transactionId).collect(Collectors.toSet());
                assertThat(found).hasSize(transactions / 2);
                assertThat(changes).hasSize(3 * transactions / 2);
                assertThat(again.recoveryReport().partitions().get(0).discarded())
                        .isEqualTo(transactions / 2);
            }
            assertThat(killed.mostOpenFiles()).isLessThanOrEqualTo(6);
        }
    }
}
