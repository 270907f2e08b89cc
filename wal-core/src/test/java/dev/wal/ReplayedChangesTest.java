package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.common.StateFailedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log with so many changes that other threads help to prepare them. */
class ReplayedChangesTest {
    private static final int CHANGES = 5_000;
    private static final int IN_A_TRANSACTION = 50;

    private final MemoryStorage storage = new MemoryStorage();

    @BeforeEach
    void write() {
        try (WalManager wal = open()) {
            for (long row = 0; row < CHANGES; row += IN_A_TRANSACTION) {
                try (WalTransaction transaction = wal.begin()) {
                    for (long i = row; i < row + IN_A_TRANSACTION; i++) {
                        transaction.insert(Logs.TABLE, (int) (i % Logs.PARTITIONS), i, Logs.row(i));
                    }
                    transaction.commit();
                }
            }
        }
    }

    private WalManager open() {
        return WalManager.open(Logs.options(storage).segmentSize(64 << 10).build());
    }

    /** Remembers what was applied; does something when a change is prepared. */
    private static final class Preparing implements StateMachine {
        private final LongConsumer onPrepare;
        private final List<Long> applied = new ArrayList<>();

        private Preparing(LongConsumer onPrepare) {
            this.onPrepare = onPrepare;
        }

        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            onPrepare.accept(record.rowId());
            long row = record.rowId();
            return committed -> apply(committed, row);
        }

        private void apply(WalChange committed, long row) {
            assertThat(committed.rowId()).isEqualTo(row);
            applied.add(row);
        }

        @Override
        public void restore(SnapshotFile file) {}

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void othersPrepareAndTheReaderAppliesInOrder() {
        Thread reader = Thread.currentThread();
        CountDownLatch others = new CountDownLatch(1);
        Preparing state = new Preparing(row -> {
            if (Thread.currentThread() == reader) {
                await(others);
            } else {
                others.countDown();
            }
        });
        try (WalManager wal = open()) {
            assertThat(wal.attach(state)).isEqualTo(CHANGES);
        }
        assertThat(state.applied).isEqualTo(LongStream.range(0, CHANGES).boxed().toList());
    }

    @Test
    void whatPreparingThrowsIsThrownWhenItIsTheTurnOfTheChange() {
        Preparing state = new Preparing(row -> {
            if (row >= 3_333) {
                throw new IllegalStateException("mine " + row);
            }
        });
        try (WalManager wal = open()) {
            assertThatExceptionOfType(StateFailedException.class)
                    .isThrownBy(() -> wal.attach(state))
                    .withMessageContaining("mine 3333")
                    .withMessageContaining("partition " + 3_333 % Logs.PARTITIONS)
                    .withMessageContaining(storage.directory().toString());
        }
        assertThat(state.applied).hasSize(3_333);
    }

    @Test
    void anErrorIsThrownAsItIs() {
        Preparing state = new Preparing(row -> {
            if (row == 4_000) {
                throw new StackOverflowError("mine");
            }
        });
        try (WalManager wal = open()) {
            assertThatExceptionOfType(StackOverflowError.class)
                    .isThrownBy(() -> wal.attach(state))
                    .withMessage("mine");
        }
        assertThat(state.applied).hasSize(4_000);
    }
}
