package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.common.Durability;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transactions that are stricter or laxer than their log. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransactionDurabilityTest {
    private final MemoryStorage storage = new MemoryStorage();

    private WalManager open(Durability durability) {
        return WalManager.open(Logs.options(storage).durability(durability).build());
    }

    private static WalTransaction write(WalManager wal, long rowId, Durability durability) {
        WalTransaction transaction = wal.begin(TransactionOptions.defaults().withDurability(durability));
        transaction.insert(Logs.TABLE, 0, rowId, Logs.row(rowId));
        return transaction;
    }

    private static Stream<Durability> strict() {
        return Stream.of(Durability.synchronous(), Durability.groupCommit());
    }

    @ParameterizedTest
    @MethodSource("strict")
    void aStricterCommitSurvivesAPowerCutTogetherWithAllBeforeIt(Durability durability) {
        try (WalManager wal = open(Durability.noSync())) {
            Logs.commitRow(wal, 1, 1);

            write(wal, 2, durability).commit();

            for (int seed = 0; seed < 20; seed++) {
                assertThat(Logs.rowsIn(storage.powerCut(new Random(seed)))).containsExactly(1L, 2L);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("strict")
    void aStricterAsynchronousCommitIsToldAfterTheForce(Durability durability) {
        try (WalManager wal = open(Durability.noSync());
                Hold hold = storage.hold(Call::forcesTheLog)) {
            CompletableFuture<CommitReceipt> receipt = write(wal, 1, durability).commitAsync();
            hold.awaitArrivals(1);

            assertThat(receipt).isNotDone();

            hold.release();
            receipt.join();
            assertThat(Logs.rowsIn(storage.powerCut(new Random(1)))).containsExactly(1L);
        }
    }

    @ParameterizedTest
    @MethodSource("strict")
    void aLaxerCommitReturnsWithoutAForceAndSurvivesAKill(Durability durability) {
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            write(wal, 1, Durability.noSync()).commit();

            assertThat(Logs.rowsIn(storage.kill())).containsExactly(1L);
            hold.release();
        }
    }

    @ParameterizedTest
    @MethodSource("strict")
    void aLaxerAsynchronousCommitIsToldWithoutAForce(Durability durability) {
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            write(wal, 1, Durability.noSync()).commitAsync().join();

            assertThat(Logs.rowsIn(storage.kill())).containsExactly(1L);
            hold.release();
        }
    }

    @Test
    void aLaxerCommitIsAppliedAfterTheStricterOnesBeforeIt() {
        List<Long> applied = Collections.synchronizedList(new ArrayList<>());
        try (WalManager wal = open(Durability.groupCommit());
                Hold hold = storage.hold(Call::forcesTheLog)) {
            wal.attach(new AppliedRows(applied));
            Background<CommitReceipt> strict = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            Background<CommitReceipt> lax =
                    Background.call(() -> write(wal, 2, Durability.noSync()).commit());
            lax.awaitParkedOrDone();

            assertThat(lax.isDone()).isFalse();
            assertThat(applied).isEmpty();

            hold.release();
            strict.result();
            lax.result();
            assertThat(applied).containsExactly(1L, 2L);
        }
    }

    @Test
    void aCommitThatNeedsNoForceDoesNotWaitForOneThatWasAskedFor() {
        List<Long> applied = Collections.synchronizedList(new ArrayList<>());
        try (WalManager wal = open(Durability.noSync());
                Hold hold = storage.hold(Call::forcesTheLog)) {
            wal.attach(new AppliedRows(applied));
            Logs.commitRow(wal, 0, 1);
            Background<Void> sync = Background.run(wal::sync);
            hold.awaitArrivals(1);

            Logs.commitRow(wal, 0, 2);

            assertThat(applied).containsExactly(1L, 2L);
            assertThat(sync.isDone()).isFalse();
            hold.release();
            sync.result();
        }
    }

    @Test
    void noTransactionIsPeriodicByItself() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TransactionOptions.defaults().withDurability(Durability.periodic(Duration.ofMillis(5))))
                .withMessageContaining("its interval is that of the log");
    }

    @Test
    void otherOptionsAreKept() {
        TransactionOptions options = TransactionOptions.defaults()
                .withDurability(Durability.noSync())
                .withIsolationLevel(3);

        assertThat(options).isEqualTo(new TransactionOptions(3, Durability.noSync()));
    }
}
