package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.Durability;
import dev.wal.common.PartitionCountMismatchException;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalLockedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.record.WalRecord.Begin;
import dev.wal.record.WalRecord.Commit;
import dev.wal.record.WalRecord.Delete;
import dev.wal.record.WalRecord.Insert;
import dev.wal.record.WalRecord.Rollback;
import dev.wal.record.WalRecord.Update;
import dev.wal.storage.MemoryStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller of the door gets, one instance after the other, without faults. */
class WalManagerTest {
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

    private static Insert insert(long rowId) {
        return new Insert(TABLE, 0, rowId, row(rowId));
    }

    private static List<WalRecord> inserts(int from, int to) {
        return IntStream.range(from, to)
                .<WalRecord>mapToObj(WalManagerTest::insert)
                .toList();
    }

    @Test
    void aNewLogHasFourEmptyPartitions() {
        assertThat(wal.recover())
                .containsOnlyKeys(0, 1, 2, 3)
                .allSatisfy((partition, records) -> assertThat(records).isEmpty());
        assertThat(wal.recoveryReport().created()).isTrue();
    }

    @Test
    void theFirstRecordOfEachPartitionHasLsnZero() {
        assertThat(wal.logInsert(TABLE, 0, 1, row(1))).isZero();
        assertThat(wal.logInsert(TABLE, 3, 1, row(1))).isZero();
        assertThat(wal.logInsert(TABLE, 0, 2, row(2))).isEqualTo(1);
    }

    @Test
    void aCheckpointOfOnePartitionLeavesTheOthersAlone() {
        wal.logInsert(TABLE, 0, 1, row(1));
        wal.logInsert(TABLE, 1, 2, row(2));

        CheckpointReport report = wal.checkpoint(0);

        assertThat(report.partitions())
                .extracting(CheckpointReport.Partition::partition)
                .containsExactly(0);
        assertThat(wal.recover().get(0)).isEmpty();
        assertThat(wal.recover().get(1)).containsExactly(new Insert(TABLE, 1, 2, row(2)));
    }

    @Test
    void whatOneInstanceWroteTheNextRecovers() {
        wal.logInsert(TABLE, 0, 1, row(1));
        wal.logInsert(TABLE, 0, 2, row(2));
        wal.logInsert(TABLE, 1, 3, row(3));

        reopen();

        assertThat(wal.recover())
                .containsEntry(0, List.of(insert(1), insert(2)))
                .containsEntry(1, List.of(new Insert(TABLE, 1, 3, row(3))))
                .containsEntry(2, List.of());
        assertThat(wal.recoveryReport().created()).isFalse();
        assertThat(wal.recoveryReport().transactions()).isEqualTo(3);
    }

    @Test
    void aLogInARealDirectoryIsRecovered(@TempDir Path directory) {
        WalOptions options = WalOptions.builder(directory.resolve("data/wal"))
                .segmentSize(Logs.SEGMENT_SIZE)
                .build();
        try (WalManager first = WalManager.open(options)) {
            IntStream.range(0, 500).forEach(i -> Logs.commitRow(first, i % 4, i));
        }

        try (WalManager second = WalManager.open(options)) {
            assertThat(Logs.replayedRows(second))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 500).mapToObj(Long::valueOf).toList());
            assertThat(second.status().segments()).isGreaterThan(1);
        }
    }

    @Test
    void updateAndDeleteAreRecoveredWithTheirOldData() {
        wal.logUpdate(TABLE, 0, 1, row(1), row(2));
        wal.logDelete(TABLE, 0, 1, row(2), 1_700_000_000_000_000L);

        reopen();

        assertThat(wal.recover().get(0))
                .containsExactly(
                        new Update(TABLE, 0, 1, row(1), row(2)),
                        new Delete(TABLE, 0, 1, row(2), 1_700_000_000_000_000L));
    }

    @Test
    void updateAndDeleteAreRecoveredWithoutOldData() {
        wal.logUpdate(TABLE, 0, 1, null, row(2));
        wal.logDelete(TABLE, 0, 1, null, 5);

        reopen();

        assertThat(wal.recover().get(0))
                .containsExactly(new Update(TABLE, 0, 1, null, row(2)), new Delete(TABLE, 0, 1, null, 5));
    }

    @Test
    void aCommittedTransactionIsRecoveredInOrder() {
        wal.logBegin(0, 42, 2);
        wal.logInsert(42, TABLE, 0, 1, row(1));
        wal.logCommit(0, 42, 1234);

        reopen();

        assertThat(wal.recover().get(0))
                .containsExactly(new Begin(42, 0, 2), new Insert(42, TABLE, 0, 1, row(1)), new Commit(42, 0, 1234));
        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
    }

    @Test
    void aRolledBackTransactionIsRecoveredButNotReplayed() {
        wal.logBegin(0, 42, 2);
        wal.logInsert(42, TABLE, 0, 1, row(1));
        wal.logRollback(0, 42);

        reopen();

        assertThat(wal.recover().get(0))
                .containsExactly(new Begin(42, 0, 2), new Insert(42, TABLE, 0, 1, row(1)), new Rollback(42, 0));
        assertThat(Logs.replay(wal)).isEmpty();
    }

    @Test
    void aMixOfThreeTransactionsRecoversTenRecords() {
        wal.logBegin(0, 1, 0);
        wal.logInsert(1, TABLE, 0, 1, row(1));
        wal.logCommit(0, 1, 10);
        wal.logBegin(0, 2, 0);
        wal.logInsert(2, TABLE, 0, 2, row(2));
        wal.logUpdate(2, TABLE, 0, 1, row(1), row(3));
        wal.logRollback(0, 2);
        wal.logBegin(0, 3, 0);
        wal.logDelete(3, TABLE, 0, 1, row(1), 20);
        wal.logCommit(0, 3, 30);

        reopen();

        assertThat(wal.recover().get(0))
                .<Class<?>>extracting(Object::getClass)
                .containsExactly(
                        Begin.class,
                        Insert.class,
                        Commit.class,
                        Begin.class,
                        Insert.class,
                        Update.class,
                        Rollback.class,
                        Begin.class,
                        Delete.class,
                        Commit.class);
        assertThat(Logs.replay(wal)).extracting(WalChange::transactionId).containsExactly(1L, 3L);
    }

    @Test
    void aBatchOfFiveGetsTheLsnsZeroToFour() {
        LsnRange range = wal.batchAppend(0, inserts(0, 5));

        assertThat(range).isEqualTo(new LsnRange(0, 0, 5));
        assertThat(range.last()).isEqualTo(4);
    }

    @Test
    void batchesFollowEachOther() {
        assertThat(wal.batchAppend(0, inserts(0, 3))).isEqualTo(new LsnRange(0, 0, 3));
        assertThat(wal.batchAppend(0, inserts(3, 7))).isEqualTo(new LsnRange(0, 3, 4));
        assertThat(wal.batchAppend(0, inserts(7, 9))).isEqualTo(new LsnRange(0, 7, 2));

        reopen();

        assertThat(wal.recover().get(0)).containsExactlyElementsOf(inserts(0, 9));
    }

    @Test
    void anEmptyBatchDoesNothing() {
        wal.batchAppend(0, inserts(0, 2));
        long position = wal.status().position();

        LsnRange range = wal.batchAppend(0, List.of());

        assertThat(range.isEmpty()).isTrue();
        assertThat(range.first()).isEqualTo(2);
        assertThat(wal.status().position()).isEqualTo(position);
    }

    @Test
    void aBatchIsForcedOnce() {
        long before = storage.logForces();

        wal.batchAppend(0, inserts(0, 100));

        assertThat(storage.logForces()).isEqualTo(before + 1);
    }

    @Test
    void aBatchWithARecordOfAnotherPartitionIsRefusedWhole() {
        List<WalRecord> mixed = List.of(insert(1), new Insert(TABLE, 1, 2, row(2)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.batchAppend(0, mixed))
                .withMessageContaining("partition 1")
                .withMessageContaining("Nothing was written");
        assertThat(wal.recover().get(0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, 65_534})
    void anUnknownPartitionIsRefused(int partition) {
        assertThatIllegalArgumentException().isThrownBy(() -> wal.logBegin(partition, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.checkpoint(partition));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.batchAppend(partition, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.logInsert(TABLE, partition, 1, row(1)));
    }

    @Test
    void theRefusalOfAPartitionSaysWhichThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.logInsert(TABLE, 4, 1, row(1)))
                .withMessage("There is no partition 4: the log has 4, numbered from 0 to 3. Nothing was written.");
    }

    @Test
    void aRecordOfAnUnknownTransactionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.logInsert(7, TABLE, 0, 1, row(1)))
                .withMessageContaining("No transaction 7 is open in partition 0");
        assertThatIllegalArgumentException().isThrownBy(() -> wal.logCommit(0, 7, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.logRollback(0, 7));
        assertThat(wal.recover().get(0)).isEmpty();
    }

    @Test
    void aTransactionIsKnownInItsOwnPartitionAlone() {
        wal.logBegin(0, 7, 0);

        assertThatIllegalArgumentException().isThrownBy(() -> wal.logCommit(1, 7, 1));
    }

    @Test
    void callersDoNotUseNegativeTransactionIds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.logBegin(0, -1, 0))
                .withMessageContaining("not negative");
    }

    @Test
    void aRecordWithoutAnIdIsRefusedWhenSeveralTransactionsAreOpen() {
        wal.logBegin(0, 1, 0);
        wal.logBegin(0, 2, 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.logInsert(TABLE, 0, 1, row(1)))
                .withMessageContaining("Several transactions are open in partition 0");
    }

    @Test
    void aRecordWithoutAnIdBelongsToTheOnlyOpenTransaction() {
        wal.logBegin(0, 5, 0);
        wal.logInsert(TABLE, 0, 1, row(1));
        wal.logRollback(0, 5);

        assertThat(wal.recover().get(0)).contains(new Insert(5, TABLE, 0, 1, row(1)));
        assertThat(Logs.replay(wal)).isEmpty();
    }

    @Test
    void aRecordWithoutAnIdCommitsAloneWhenNoTransactionIsOpenInItsPartition() {
        wal.logBegin(1, 5, 0);
        wal.logInsert(TABLE, 0, 1, row(1));

        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
    }

    @Test
    void beginDiscardsAnUnfinishedTransactionOfTheSameId() {
        wal.logBegin(0, 5, 0);
        wal.logInsert(5, TABLE, 0, 1, row(1));
        wal.logBegin(0, 5, 0);
        wal.logInsert(5, TABLE, 0, 2, row(2));
        wal.logCommit(0, 5, 1);

        assertThat(Logs.replayedRows(wal)).containsExactly(2L);
        reopen();
        assertThat(Logs.replayedRows(wal)).containsExactly(2L);
    }

    @Test
    void closingRollsBackWhatCallersLeftOpen() {
        wal.logBegin(0, 5, 0);
        wal.logInsert(5, TABLE, 0, 1, row(1));

        reopen();

        assertThat(wal.recover().get(0)).last().isEqualTo(new Rollback(5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.logCommit(0, 5, 1));
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedNamingBoth() {
        wal.close();

        assertThatThrownBy(() ->
                        WalManager.open(Logs.options(storage).partitions(2).build()))
                .isInstanceOfSatisfying(PartitionCountMismatchException.class, e -> {
                    assertThat(e.existing()).isEqualTo(4);
                    assertThat(e.requested()).isEqualTo(2);
                })
                .hasMessageContaining("has 4 partitions, but 2");
    }

    @Test
    void aRefusedNumberOfPartitionsChangesNothing() {
        Logs.commitRow(wal, 3, 1);
        wal.close();

        assertThatThrownBy(() ->
                        WalManager.open(Logs.options(storage).partitions(2).build()))
                .isInstanceOf(PartitionCountMismatchException.class);

        assertThat(Logs.rowsIn(storage)).containsExactly(1L);
    }

    @Test
    void aDirectoryHasOneOwner() {
        assertThatThrownBy(() -> Logs.open(storage)).isInstanceOf(WalLockedException.class);
    }

    @Test
    void aRealDirectoryHasOneOwner(@TempDir Path directory) {
        WalOptions options =
                WalOptions.builder(directory).segmentSize(Logs.SEGMENT_SIZE).build();
        try (WalManager owner = WalManager.open(options)) {
            assertThatThrownBy(() -> WalManager.open(options))
                    .isInstanceOf(WalLockedException.class)
                    .hasMessageContaining(directory.toString());
            assertThat(owner.logInsert(TABLE, 0, 1, row(1))).isZero();
        }
        WalManager.open(options).close();
    }

    @Test
    void aRefusedOpenLetsGoOfTheDirectory() {
        wal.close();
        assertThatThrownBy(() ->
                        WalManager.open(Logs.options(storage).partitions(2).build()))
                .isInstanceOf(PartitionCountMismatchException.class);

        assertThat(storage.openFiles()).isZero();
        Logs.open(storage).close();
    }

    @Test
    void everyMethodThatWritesOrReadsThrowsOnceClosed() {
        WalTransaction open = wal.begin();
        open.insert(TABLE, 0, 1, row(1));
        wal.close();

        Stream.<ThrowingCallable>of(
                        wal::begin,
                        open::commit,
                        () -> wal.logInsert(TABLE, 0, 1, row(1)),
                        () -> wal.logUpdate(TABLE, 0, 1, null, row(1)),
                        () -> wal.logDelete(TABLE, 0, 1, null, 1),
                        () -> wal.logBegin(0, 1, 0),
                        () -> wal.logCommit(0, 1, 1),
                        () -> wal.logRollback(0, 1),
                        () -> wal.batchAppend(0, inserts(0, 1)),
                        () -> wal.batchAppend(0, List.of()),
                        () -> wal.checkpoint(0),
                        wal::checkpointAll,
                        wal::recover,
                        () -> wal.replay(change -> {}),
                        wal::sync)
                .forEach(call -> assertThatThrownBy(call).isInstanceOf(WalClosedException.class));
    }

    @Test
    void closingTwiceDoesNothing() {
        wal.close();
        wal.close();

        assertThat(wal.status().state()).isEqualTo(WalStatus.State.CLOSED);
    }

    @Test
    void closingLeavesNoFileOpen() {
        IntStream.range(0, 300).forEach(i -> Logs.commitRow(wal, i % 4, i));

        wal.close();

        assertThat(storage.openFiles()).isZero();
    }

    @Test
    void statusTellsTheStateOfEachPartition() {
        wal.batchAppend(0, inserts(0, 5));
        wal.logInsert(TABLE, 1, 1, row(1));
        wal.checkpoint(1);
        wal.logBegin(2, 9, 0);

        WalStatus status = wal.status();

        assertThat(status.state()).isEqualTo(WalStatus.State.OPEN);
        assertThat(status.failure()).isEmpty();
        assertThat(status.durability()).isEqualTo(Durability.groupCommit());
        assertThat(status.directory()).isEqualTo(storage.directory());
        assertThat(status.segments()).isEqualTo(1);
        assertThat(status.bytes()).isEqualTo(Logs.SEGMENT_SIZE);
        assertThat(status.durableMark()).isLessThan(status.position());
        assertThat(status.partitions())
                .containsExactly(
                        new WalStatus.Partition(0, 4, 4, -1),
                        new WalStatus.Partition(1, 1, 1, 1),
                        new WalStatus.Partition(2, 0, -1, -1),
                        new WalStatus.Partition(3, -1, -1, -1));
    }

    @Test
    void syncForcesWhatNoCommitForced() {
        wal.logBegin(2, 9, 0);

        wal.sync();

        assertThat(wal.status().durableMark()).isEqualTo(wal.status().position());
        assertThat(wal.status().partitions().get(2).durableLsn()).isZero();
    }

    @Test
    void aTransactionOverSeveralPartitionsGetsAReceipt() {
        wal.logInsert(TABLE, 1, 0, row(0));
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 1, 1, row(1));
            transaction.insert(TABLE, 0, 2, row(2));
            transaction.delete(TABLE, 1, 0, null, 1);
            CommitReceipt receipt = transaction.commit();

            assertThat(receipt.ranges()).containsExactly(new LsnRange(1, 1, 4), new LsnRange(0, 0, 3));
            assertThat(Logs.replay(wal))
                    .filteredOn(change -> change.position() == receipt.position())
                    .extracting(WalChange::partition, WalChange::lsn)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(1, 2L),
                            org.assertj.core.groups.Tuple.tuple(0, 1L),
                            org.assertj.core.groups.Tuple.tuple(1, 3L));
        }
    }

    @Test
    void aTransactionThatWroteNothingWritesNothing() {
        long position = wal.status().position();

        assertThat(wal.begin().commit().position()).isEqualTo(-1);
        wal.begin().rollback();

        assertThat(wal.status().position()).isEqualTo(position);
    }

    @Test
    void aRolledBackTransactionLeavesItsBeginAndRollbackOnly() {
        try (WalTransaction transaction =
                wal.begin(TransactionOptions.defaults().withIsolationLevel(3))) {
            transaction.insert(TABLE, 0, 1, row(1));
        }

        assertThat(wal.recover().get(0))
                .<Class<?>>extracting(Object::getClass)
                .containsExactly(Begin.class, Rollback.class);
        assertThat(((Begin) wal.recover().get(0).get(0)).isolationLevel()).isEqualTo(3);
    }

    @Test
    void aSavepointUndoesWhatCameAfterIt() {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 0, 1, row(1));
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            transaction.insert(TABLE, 1, 2, row(2));
            transaction.rollbackTo(savepoint);
            transaction.insert(TABLE, 2, 3, row(3));
            transaction.commit();
        }

        assertThat(Logs.replayedRows(wal)).containsExactly(1L, 3L);
        assertThat(wal.recover().get(1)).isEmpty();
    }

    @Test
    void anOperationThatIsTooLargeIsRefusedAndTheRestCanBeCommitted() {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 0, 1, row(1));
            assertThatThrownBy(() -> transaction.insert(TABLE, 1, 2, Logs.large(Logs.SEGMENT_SIZE)))
                    .isInstanceOf(WalLimitException.class);
            transaction.commit();
        }

        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
        assertThat(wal.recover().get(1)).isEmpty();
    }

    @Test
    void aTransactionOfTheLargestSizeThatIsTakenCanBeCommitted() {
        int bytes = Logs.SEGMENT_SIZE;
        WalTransaction transaction = wal.begin();
        while (transaction.operations() == 0) {
            bytes -= 8;
            try {
                transaction.insert(TABLE, 0, 1, Logs.large(bytes));
            } catch (WalLimitException tooLarge) {
                assertThat(transaction.isActive()).isTrue();
            }
        }
        transaction.commit();

        reopen();

        assertThat(Logs.replayedRows(wal)).containsExactly(1L);
        assertThat(bytes).isGreaterThan(Logs.SEGMENT_SIZE - 4096 - 1400);
    }

    @Test
    void aTransactionLargerThanTheWriteBufferIsWrittenWhole() {
        MemoryStorage roomy = new MemoryStorage();
        WalOptions options = Logs.options(roomy).segmentSize(4 << 20).build();
        try (WalManager large = WalManager.open(options)) {
            Logs.commitRow(large, 0, 1);
            try (WalTransaction transaction = large.begin()) {
                transaction.insert(TABLE, 0, 2, Logs.large(2_500_000));
                transaction.insert(TABLE, 1, 3, row(3));
                transaction.commit();
            }
            Logs.commitRow(large, 0, 4);
        }

        try (WalManager large = WalManager.open(options)) {
            assertThat(Logs.replay(large))
                    .extracting(change -> change.record().rowId())
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(Logs.replay(large).get(1).record())
                    .isEqualTo(
                            new Insert(Logs.replay(large).get(1).transactionId(), TABLE, 0, 2, Logs.large(2_500_000)));
        }
    }

    @Test
    void replayRunsInCommitOrderAcrossPartitions() {
        wal.logBegin(0, 1, 0);
        wal.logInsert(1, TABLE, 0, 10, row(10));
        wal.logInsert(TABLE, 1, 20, row(20));
        Logs.commitRow(wal, 2, 30);
        wal.logInsert(1, TABLE, 0, 11, row(11));
        wal.logCommit(0, 1, 5);
        wal.logInsert(TABLE, 3, 40, row(40));

        assertThat(Logs.replayedRows(wal)).containsExactly(20L, 30L, 10L, 11L, 40L);
    }

    @Test
    void transactionIdsOfTheEngineDifferInEachIncarnation() {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(wal.begin().id());
            ids.add(wal.begin().id());
            reopen();
        }

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id < 0 && id != WalRecord.NO_TRANSACTION);
    }

    @Test
    void recoverLeavesCheckpointRecordsOut() {
        wal.logInsert(TABLE, 0, 1, row(1));
        wal.checkpoint(0);
        wal.logInsert(TABLE, 0, 2, row(2));

        Map<Integer, List<WalRecord>> records = wal.recover();

        assertThat(records.get(0)).containsExactly(insert(2));
    }
}
