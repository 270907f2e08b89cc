package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.InDoubtResolver.Decision;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.WalSpaceException;
import dev.wal.common.WalStorageException;
import dev.wal.record.WalChange;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions that have promised to be able to commit, and are decided later, maybe after a crash. */
class PreparedTransactionTest {
    private final MemoryStorage storage = new MemoryStorage();

    private static WalManager open(MemoryStorage storage, Decision decision) {
        return WalManager.open(
                Logs.options(storage).inDoubtResolver(transaction -> decision).build());
    }

    private static WalTransaction write(WalManager wal, long... rowIds) {
        WalTransaction transaction = wal.begin();
        for (long rowId : rowIds) {
            transaction.insert(Logs.TABLE, (int) rowId % Logs.PARTITIONS, rowId, Logs.row(rowId));
        }
        return transaction;
    }

    private static WalTransaction prepare(WalManager wal, long... rowIds) {
        WalTransaction transaction = write(wal, rowIds);
        transaction.prepare();
        return transaction;
    }

    @Test
    void nothingOfItCountsBeforeItIsCommitted() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = Logs.open(storage)) {
            wal.attach(live);
            WalTransaction transaction = prepare(wal, 1, 2, 3);
            assertThat(live.rowIds()).isEmpty();
            assertThat(Logs.replayedRows(wal)).isEmpty();

            CommitReceipt receipt = transaction.commit();

            assertThat(live.rowIds()).containsExactly(1L, 2L, 3L);
            assertThat(live.changes()).allMatch(change -> change.position() == receipt.position());
            assertThat(Logs.replay(wal)).isEqualTo(live.changes());
            assertThat(wal.inDoubt()).isEmpty();
        }
        assertThat(Logs.rowsIn(storage)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void itCanBeRolledBack() {
        try (WalManager wal = Logs.open(storage)) {
            prepare(wal, 1).rollback();
            assertThat(wal.inDoubt()).isEmpty();
        }
        try (WalManager wal = Logs.open(storage)) {
            assertThat(Logs.replay(wal)).isEmpty();
            assertThat(wal.inDoubt()).isEmpty();
            assertThat(wal.recoveryReport().partitions().get(1).rolledBack()).isEqualTo(1);
        }
    }

    @Test
    void itCanOnlyBeCommittedOrRolledBack() {
        try (WalManager wal = Logs.open(storage);
                WalTransaction transaction = write(wal, 1)) {
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            transaction.prepare();

            assertThat(transaction.isActive()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(() -> transaction.insert(Logs.TABLE, 0, 2, Logs.row(2)))
                    .withMessageContaining("prepared");
            assertThatIllegalStateException().isThrownBy(transaction::savepoint);
            assertThatIllegalStateException().isThrownBy(() -> transaction.rollbackTo(savepoint));
            assertThatIllegalStateException().isThrownBy(transaction::prepare);
            transaction.commit();
            assertThatIllegalStateException().isThrownBy(transaction::commit);
        }
        assertThat(Logs.rowsIn(storage)).containsExactly(1L);
    }

    @Test
    void oneThatWroteNothingPromisesNothing() {
        try (WalManager wal = Logs.open(storage)) {
            long before = wal.status().position();
            WalTransaction transaction = wal.begin();
            transaction.prepare();
            assertThat(wal.inDoubt()).isEmpty();
            assertThat(transaction.commit().ranges()).isEmpty();
            assertThat(wal.status().position()).isEqualTo(before);
        }
    }

    // The crash.

    @ParameterizedTest
    @EnumSource(
            value = Decision.class,
            names = {"COMMIT", "ROLL_BACK"})
    void theResolverDecidesAtTheNextOpen(Decision decision) {
        try (WalManager wal = Logs.open(storage)) {
            WalTransaction transaction = prepare(wal, 1, 2);
            Logs.commitRow(wal, 0, 4);
            MemoryStorage killed = storage.kill();

            List<InDoubtTransaction> asked = new ArrayList<>();
            try (WalManager again = WalManager.open(Logs.options(killed)
                    .inDoubtResolver(inDoubt -> {
                        asked.add(inDoubt);
                        return decision;
                    })
                    .build())) {
                assertThat(asked).singleElement().satisfies(inDoubt -> {
                    assertThat(inDoubt.transactionId()).isEqualTo(transaction.id());
                    assertThat(inDoubt.partitions()).containsExactly(1, 2);
                });
                assertThat(again.recoveryReport().partitions().get(1).prepared())
                        .isEqualTo(1);
                assertThat(again.inDoubt()).isEmpty();
                assertThat(Logs.replayedRows(again))
                        .isEqualTo(decision == Decision.COMMIT ? List.of(4L, 1L, 2L) : List.of(4L));
                // Decided for good: the decision is forced before the log is handed out.
                for (int seed = 0; seed < 10; seed++) {
                    MemoryStorage cut = killed.powerCut(new Random(seed));
                    try (WalManager later = Logs.open(cut)) {
                        assertThat(later.inDoubt()).isEmpty();
                        assertThat(Logs.replay(later)).isEqualTo(Logs.replay(again));
                    }
                }
            }
            transaction.rollback();
        }
    }

    @Test
    void leftInDoubtItStaysSoOverRestartsAndCheckpointsUntilItIsResolved() {
        try (WalManager wal = Logs.open(storage)) {
            prepare(wal, 1, 2, 3).close();
            assertThat(wal.inDoubt()).hasSize(1);
        }
        for (int i = 0; i < 3; i++) {
            try (WalManager wal = Logs.open(storage)) {
                assertThat(wal.inDoubt()).hasSize(1);
                fillSegments(wal);
                wal.checkpointAll();
                wal.checkpointAll();
                assertThat(Logs.replay(wal)).isEmpty();
            }
        }
        try (WalManager wal = Logs.open(storage)) {
            long id = wal.inDoubt().get(0).transactionId();
            wal.resolve(id, Decision.LEAVE);
            assertThat(wal.inDoubt()).hasSize(1);

            wal.resolve(id, Decision.COMMIT);

            assertThat(wal.inDoubt()).isEmpty();
            assertThat(Logs.replayedRows(wal)).containsExactly(1L, 2L, 3L);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> wal.resolve(id, Decision.ROLL_BACK))
                    .withMessageContaining("decided already");
            wal.checkpointAll();
            fillSegments(wal);
            wal.checkpointAll();
            assertThat(wal.status().segments())
                    .as("nothing holds them back any more")
                    .isLessThanOrEqualTo(2);
        }
    }

    private static void fillSegments(WalManager wal) {
        for (int i = 0; i < 5; i++) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 3, i, Logs.large(10_000));
                transaction.commit();
            }
        }
    }

    @Test
    void aPromiseIsForcedAtEveryLevel() {
        for (Durability durability : List.of(
                Durability.noSync(),
                Durability.groupCommit(),
                Durability.synchronous(),
                Durability.periodic(java.time.Duration.ofHours(1)))) {
            MemoryStorage disk = new MemoryStorage();
            try (WalManager wal =
                    WalManager.open(Logs.options(disk).durability(durability).build())) {
                prepare(wal, 1);
                for (int seed = 0; seed < 10; seed++) {
                    try (WalManager again = open(disk.powerCut(new Random(seed)), Decision.COMMIT)) {
                        assertThat(Logs.replayedRows(again)).containsExactly(1L);
                    }
                }
            }
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aCommitThatNeedsNoForceDoesNotWaitForThePromiseOfAnother() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = Logs.open(storage)) {
            wal.attach(live);
            WalTransaction promised = wal.begin(TransactionOptions.defaults().withDurability(Durability.noSync()));
            promised.insert(Logs.TABLE, 0, 1, Logs.row(1));
            promised.prepare();
            try (Hold hold = storage.hold(Call::forcesTheLog)) {
                Background<WalTransaction> preparing = Background.call(() -> prepare(wal, 2));
                hold.awaitArrivals(1);

                promised.commit();

                assertThat(live.rowIds()).containsExactly(1L);
                assertThat(preparing.isDone()).isFalse();
                hold.release();
                preparing.result().commit();
            }
            assertThat(live.rowIds()).containsExactly(1L, 2L);
        }
    }

    @Test
    void oneThatIsCommittedByWhoPreparedItIsNotReadBack() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = Logs.open(storage)) {
            wal.attach(live);
            WalTransaction transaction = write(wal, 1, 2, 3);
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            transaction.insert(Logs.TABLE, 1, 4, Logs.row(4));
            transaction.rollbackTo(savepoint);
            transaction.prepare();
            long read = storage.bytesRead();

            transaction.commit();

            assertThat(storage.bytesRead()).isEqualTo(read);
            assertThat(live.rowIds()).containsExactly(1L, 2L, 3L);
            assertThat(Logs.replay(wal)).isEqualTo(live.changes());
        }
    }

    @Test
    void oneThatIsLeftInDoubtIsReadBackWhenItIsCommitted() {
        AppliedChanges live = new AppliedChanges();
        try (WalManager wal = Logs.open(storage)) {
            wal.attach(live);
            WalTransaction transaction = prepare(wal, 1, 2, 3);
            transaction.close();

            wal.resolve(transaction.id(), Decision.COMMIT);

            assertThat(live.rowIds()).containsExactly(1L, 2L, 3L);
            assertThat(Logs.replay(wal)).isEqualTo(live.changes());
        }
    }

    @Test
    void thePromiseOfALaxOneIsForcedAsTheLogForces() {
        try (WalManager wal = WalManager.open(
                Logs.options(storage).durability(Durability.synchronous()).build())) {
            WalTransaction transaction = wal.begin(TransactionOptions.defaults().withDurability(Durability.noSync()));
            transaction.insert(Logs.TABLE, 0, 1, Logs.row(1));
            long forces = storage.logForces();

            transaction.prepare();
            assertThat(storage.logForces()).isEqualTo(forces + 1);

            transaction.commit();
            assertThat(storage.logForces()).isEqualTo(forces + 1);
        }
    }

    @Test
    void onlyWhatCountsOfALargeOneIsCommittedAfterTheCrash() {
        try (WalManager wal =
                WalManager.open(Logs.options(storage).maxTransactionSize(1024).build())) {
            WalTransaction transaction = wal.begin();
            IntStream.range(0, 40).forEach(row -> transaction.insert(Logs.TABLE, row % 3, row, Logs.large(100)));
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            IntStream.range(40, 90).forEach(row -> transaction.insert(Logs.TABLE, row % 3, row, Logs.large(100)));
            transaction.rollbackTo(savepoint);
            transaction.insert(Logs.TABLE, 0, 100, Logs.row(100));
            transaction.prepare();
            MemoryStorage killed = storage.kill();

            AppliedChanges live = new AppliedChanges();
            try (WalManager again = Logs.open(killed)) {
                again.attach(live);
                again.resolve(transaction.id(), Decision.COMMIT);
                assertThat(live.rowIds()).hasSize(41).endsWith(100L).doesNotContain(40L);
                assertThat(Logs.replay(again)).isEqualTo(live.changes());
            }
            transaction.rollback();
        }
    }

    // States.

    @Test
    void whatIsResolvedBeforeAStateIsAttachedReachesItThen() {
        try (WalManager wal = Logs.open(storage)) {
            prepare(wal, 1).close();
        }
        try (WalManager wal = Logs.open(storage)) {
            wal.resolve(wal.inDoubt().get(0).transactionId(), Decision.COMMIT);
            AppliedChanges recovered = new AppliedChanges();
            assertThat(wal.attach(recovered)).isEqualTo(1);
            assertThat(recovered.changes()).extracting(WalChange::rowId).containsExactly(1L);
        }
    }

    // What can go wrong.

    @Test
    void aResolverThatThrowsLeavesTheLogClosedAndEverythingInDoubt() {
        try (WalManager wal = Logs.open(storage)) {
            prepare(wal, 1).close();
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> WalManager.open(Logs.options(storage)
                        .inDoubtResolver(transaction -> {
                            throw new IllegalStateException("the database does not answer");
                        })
                        .build()))
                .withMessage("the database does not answer");
        assertThat(storage.openFiles()).isZero();
        try (WalManager wal = open(storage, Decision.COMMIT)) {
            assertThat(Logs.replayedRows(wal)).containsExactly(1L);
        }
    }

    @Test
    void itIsDecidedOnceAndItsListenersAreToldOfThat() {
        List<WalTransaction.Outcome> told = new ArrayList<>();
        try (WalManager wal = Logs.open(storage)) {
            for (Decision decision : List.of(Decision.ROLL_BACK, Decision.COMMIT)) {
                for (boolean commits : new boolean[] {true, false}) {
                    WalTransaction transaction = prepare(wal, 1);
                    transaction.addListener(new WalTransaction.Listener() {
                        @Override
                        public void completed(WalTransaction.Outcome outcome) {
                            told.add(outcome);
                        }
                    });
                    wal.resolve(transaction.id(), decision);
                    if (commits) {
                        assertThatIllegalStateException()
                                .isThrownBy(transaction::commit)
                                .withMessageContaining("decided");
                    } else {
                        transaction.rollback();
                    }
                    transaction.close();
                }
            }
        }
        assertThat(told)
                .containsExactly(
                        WalTransaction.Outcome.ROLLED_BACK,
                        WalTransaction.Outcome.ROLLED_BACK,
                        WalTransaction.Outcome.COMMITTED,
                        WalTransaction.Outcome.COMMITTED);
        assertThat(Logs.rowsIn(storage)).containsExactly(1L, 1L);
    }

    @Test
    void aForceThatFailsLeavesThePromiseUnknown() {
        try (WalManager wal = Logs.open(storage)) {
            WalTransaction transaction = write(wal, 1);
            storage.failOnce(1, Call::forcesTheLog);
            assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(transaction::prepare);
        }
        try (WalManager wal = Logs.open(storage.kill())) {
            assertThat(Logs.replay(wal)).isEmpty();
        }
    }

    @Test
    void anOutcomeThatIsRefusedCanBeTriedAgain() {
        try (WalManager wal = Logs.open(storage)) {
            WalTransaction transaction = prepare(wal, 1);
            fillUntilRefused(wal);
            useReserveUp(wal);
            assertThatExceptionOfType(WalSpaceException.class).isThrownBy(transaction::commit);
            assertThat(wal.inDoubt()).hasSize(1);
            storage.heal();
            commitAgain(transaction);
            assertThat(Logs.replayedRows(wal)).endsWith(1L);
        }
    }

    @Test
    void oneWhoseRollbackIsRefusedStaysInDoubtAndItsListenersAreToldWhenItIsDecided() {
        List<WalTransaction.Outcome> told = new ArrayList<>();
        try (WalManager wal = Logs.open(storage)) {
            WalTransaction transaction = prepare(wal, 1);
            transaction.addListener(new WalTransaction.Listener() {
                @Override
                public void completed(WalTransaction.Outcome outcome) {
                    told.add(outcome);
                }
            });
            fillUntilRefused(wal);
            useReserveUp(wal);
            transaction.rollback();
            assertThat(transaction.hasEnded()).isTrue();
            assertThat(wal.inDoubt()).hasSize(1);
            assertThat(told).isEmpty();
            storage.heal();
            resolveAgain(wal, transaction.id());
            assertThat(told).containsExactly(WalTransaction.Outcome.COMMITTED);
            assertThat(Logs.replayedRows(wal)).endsWith(1L);
        }
    }

    @Test
    void oneThatHasEndedTakesNoListener() {
        try (WalManager wal = Logs.open(storage)) {
            WalTransaction transaction = write(wal, 1);
            transaction.rollback();
            assertThatIllegalStateException()
                    .isThrownBy(() -> transaction.addListener(new WalTransaction.Listener() {}))
                    .withMessageContaining("has ended");
        }
    }

    /** Outcomes may use the reserve of the segment, as Checkpoint records do. */
    private static void useReserveUp(WalManager wal) {
        boolean refused = false;
        while (!refused) {
            try {
                wal.checkpoint(3);
            } catch (WalSpaceException full) {
                refused = true;
            } catch (WalStorageException noManifest) {
                // The record is in the log all the same.
                assertThat(noManifest).hasMessageContaining("given up");
            }
        }
    }

    /** Fills the segment to its last bytes while no other can be made. */
    private void fillUntilRefused(WalManager wal) {
        storage.failBy(call -> {
            if (call.is(Op.CREATE)) {
                throw new java.io.IOException("No space left on device");
            }
        });
        for (int bytes = 4_000; bytes > 0; bytes /= 2) {
            boolean refused = false;
            while (!refused) {
                try (WalTransaction transaction = wal.begin()) {
                    transaction.insert(Logs.TABLE, 3, 99, Logs.large(bytes));
                    transaction.commit();
                } catch (WalSpaceException full) {
                    refused = true;
                }
            }
        }
    }

    private static void commitAgain(WalTransaction transaction) {
        again(transaction::commit);
    }

    private static void resolveAgain(WalManager wal, long transactionId) {
        again(() -> wal.resolve(transactionId, Decision.COMMIT));
    }

    private static void again(Runnable decision) {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                decision.run();
                return;
            } catch (WalSpaceException again) {
                assertThat(again).hasMessageContaining("Nothing of this call was written");
            }
        }
        throw new AssertionError("still refused");
    }
}
