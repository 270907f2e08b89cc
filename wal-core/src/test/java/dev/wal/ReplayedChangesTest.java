package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wal.common.StateFailedException;
import dev.wal.common.WriteInApplyException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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

    private WalOptions options() {
        return Logs.options(storage).segmentSize(64 << 10).build();
    }

    private WalManager open() {
        return WalManager.open(options());
    }

    private WalManager open(Consumer<Runnable> help) {
        return WalManager.open(options(), System::nanoTime, log -> new HelpBy(log, help));
    }

    /** Another thread helps, and the reader goes on once that has ended. */
    private WalManager openWithEagerHelp() {
        return open(task -> Background.run(task).result());
    }

    /** Remembers what was applied, and by whom; does something when a change is prepared, and when it is applied. */
    private static final class Preparing implements StateMachine {
        private final LongConsumer onPrepare;
        private final LongConsumer onApply;
        private final List<Long> applied = new ArrayList<>();
        private final Set<Thread> appliedBy = new HashSet<>();

        private boolean anyThread = true;

        private Preparing(LongConsumer onPrepare) {
            this(onPrepare, row -> {});
        }

        private Preparing(LongConsumer onPrepare, LongConsumer onApply) {
            this.onPrepare = onPrepare;
            this.onApply = onApply;
        }

        private Preparing inTheAttachingThread() {
            anyThread = false;
            return this;
        }

        @Override
        public boolean recoversInAnyThread() {
            return anyThread;
        }

        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            onPrepare.accept(record.rowId());
            long row = record.rowId();
            return committed -> apply(committed, row);
        }

        private void apply(WalChange committed, long row) {
            assertThat(committed.rowId()).isEqualTo(row);
            onApply.accept(row);
            applied.add(row);
            appliedBy.add(Thread.currentThread());
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
    void othersPrepareAndAllIsAppliedInOrder() {
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

    @Test
    void whoeverPreparesAppliesWhileTheReaderReadsOn() {
        Preparing state = new Preparing(row -> {});
        try (WalManager wal = openWithEagerHelp()) {
            assertThat(wal.attach(state)).isEqualTo(CHANGES);
        }
        assertThat(state.applied).isEqualTo(LongStream.range(0, CHANGES).boxed().toList());
        // The last few changes, for which nobody was asked to help, are applied by the reader.
        assertThat(state.appliedBy).contains(Thread.currentThread()).hasSizeGreaterThan(CHANGES / 1_000);
    }

    @Test
    void withoutHelpTheReaderDoesAll() {
        Preparing state = new Preparing(row -> {});
        try (WalManager wal = open(task -> {})) {
            assertThat(wal.attach(state)).isEqualTo(CHANGES);
        }
        assertThat(state.applied).isEqualTo(LongStream.range(0, CHANGES).boxed().toList());
        assertThat(state.appliedBy).containsExactly(Thread.currentThread());
    }

    @Test
    void whatIsThrownWhereOthersApplyIsThrownToTheCallerAndEndsTheLog() {
        Preparing state = new Preparing(row -> {}, row -> {
            if (row == 2_000) {
                throw new IllegalStateException("mine " + row);
            }
        });
        try (WalManager wal = openWithEagerHelp()) {
            assertThatExceptionOfType(StateFailedException.class)
                    .isThrownBy(() -> wal.attach(state))
                    .withMessageContaining("mine 2000");
            assertThat(wal.isOpen()).isFalse();
        }
        assertThat(state.applied).hasSize(2_000);
        assertThat(state.appliedBy).doesNotContain(Thread.currentThread());
    }

    @Test
    void aStateThatDoesNotSayOtherwiseIsAppliedToByTheReaderAlone() {
        Set<Thread> preparedBy = ConcurrentHashMap.newKeySet();
        Preparing state = new Preparing(row -> preparedBy.add(Thread.currentThread())).inTheAttachingThread();
        try (WalManager wal = openWithEagerHelp()) {
            assertThat(wal.attach(state)).isEqualTo(CHANGES);
        }
        assertThat(state.applied).isEqualTo(LongStream.range(0, CHANGES).boxed().toList());
        assertThat(state.appliedBy).containsExactly(Thread.currentThread());
        assertThat(preparedBy).hasSizeGreaterThan(1);
    }

    @Test
    void aStateMayTakeALockThatTheThreadHoldsWhichAttachesIt() {
        ReentrantLock lock = new ReentrantLock();
        Preparing state = new Preparing(row -> {}, row -> {
                    lock.lock();
                    lock.unlock();
                })
                .inTheAttachingThread();
        try (WalManager wal = open()) {
            assertThat(Background.call(() -> {
                                lock.lock();
                                try {
                                    return wal.attach(state);
                                } finally {
                                    lock.unlock();
                                }
                            })
                            .result())
                    .isEqualTo(CHANGES);
        }
    }

    @Test
    void anExceptionThatNobodyDeclaredEndsApplyingAndNothingIsAppliedTwice() {
        for (Consumer<Runnable> help : List.<Consumer<Runnable>>of(
                task -> {}, task -> Background.run(task).result())) {
            List<Long> begun = new ArrayList<>();
            Preparing state = new Preparing(row -> {}, row -> {
                begun.add(row);
                if (row == 2_000) {
                    throw SharedTask.asItIs(new IOException("mine"));
                }
            });
            try (WalManager wal = open(help)) {
                assertThatExceptionOfType(StateFailedException.class)
                        .isThrownBy(() -> wal.attach(state))
                        .withMessageContaining("position")
                        .withCauseInstanceOf(IOException.class);
            }
            assertThat(begun).isEqualTo(LongStream.rangeClosed(0, 2_000).boxed().toList());
        }
    }

    @Test
    void anExceptionThatNobodyDeclaredForPreparingIsThrownWhenItIsTheTurnOfTheChange() {
        Preparing state = new Preparing(row -> {
            if (row == 2_000) {
                throw SharedTask.asItIs(new IOException("mine"));
            }
        });
        try (WalManager wal = open()) {
            assertThatExceptionOfType(StateFailedException.class)
                    .isThrownBy(() -> wal.attach(state))
                    .withCauseInstanceOf(IOException.class);
        }
        assertThat(state.applied).hasSize(2_000);
    }

    private static List<Consumer<WalManager>> writes() {
        return List.of(
                WalManager::begin,
                wal -> wal.logInsert(Logs.TABLE, 0, 1, Logs.row(1)),
                wal -> wal.checkpoint(0),
                wal -> wal.resolve(-1, InDoubtResolver.Decision.COMMIT),
                wal -> wal.attach(new Preparing(row -> {})),
                WalManager::close);
    }

    @Test
    void writingIsRefusedWhoeverPrepares() {
        List<Consumer<WalManager>> writes = writes();
        List<Throwable> met = new ArrayList<>();
        Set<Thread> preparedBy = ConcurrentHashMap.newKeySet();
        try (WalManager wal = openWithEagerHelp()) {
            wal.attach(new Preparing(row -> {
                if (row == 1_000 || row == CHANGES - 1) {
                    preparedBy.add(Thread.currentThread());
                    writes.forEach(write -> met.add(catchThrowable(() -> write.accept(wal))));
                }
            }));
            assertThat(wal.isOpen()).isTrue();
            Logs.commitRow(wal, 0, 1);
        }
        // A helper, and the reader, who does the last few changes himself.
        assertThat(preparedBy).contains(Thread.currentThread()).hasSize(2);
        assertThat(met).hasSize(2 * writes.size()).allMatch(WriteInApplyException.class::isInstance);
    }

    @Test
    void writingIsRefusedWhoeverRestores() {
        MemoryStorage snapshots = new MemoryStorage();
        try (WalManager wal = Logs.open(snapshots)) {
            RowsState.of(wal);
            for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
                Logs.commitRow(wal, partition, partition);
            }
            wal.checkpointAll();
        }
        for (boolean anyThread : new boolean[] {true, false}) {
            List<Throwable> met = Collections.synchronizedList(new ArrayList<>());
            Set<Thread> restoredBy = ConcurrentHashMap.newKeySet();
            try (WalManager wal = WalManager.open(
                    Logs.options(snapshots).build(),
                    System::nanoTime,
                    log -> new HelpBy(log, task -> Background.run(task).result()))) {
                wal.attach(new Restoring(anyThread, () -> {
                    restoredBy.add(Thread.currentThread());
                    writes().forEach(write -> met.add(catchThrowable(() -> write.accept(wal))));
                }));
                assertThat(wal.isOpen()).isTrue();
            }
            assertThat(restoredBy).contains(Thread.currentThread()).hasSize(anyThread ? Logs.PARTITIONS : 1);
            assertThat(met)
                    .hasSize(Logs.PARTITIONS * writes().size())
                    .allMatch(WriteInApplyException.class::isInstance);
        }
    }

    /** Does something when it is restored. */
    private record Restoring(boolean recoversInAnyThread, Runnable onRestore) implements StateMachine {
        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            return committed -> {};
        }

        @Override
        public void restore(SnapshotFile file) {
            onRestore.run();
        }

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }

    @Test
    void writingIsRefusedWhoeverApplies() {
        List<Consumer<WalManager>> writes = writes();
        List<Throwable> met = new ArrayList<>();
        try (WalManager wal = openWithEagerHelp()) {
            wal.attach(new Preparing(row -> {}, row -> {
                if (row == 1_000 || row == CHANGES - 1) {
                    writes.forEach(write -> met.add(catchThrowable(() -> write.accept(wal))));
                }
            }));
            assertThat(wal.isOpen()).isTrue();
        }
        assertThat(met).hasSize(2 * writes.size()).allMatch(WriteInApplyException.class::isInstance);
    }

    @Test
    void nothingIsAppliedAnyMoreWhenReadingFails() {
        Preparing state = new Preparing(row -> {});
        RuntimeException unreadable = new IllegalStateException("unreadable");
        List<Runnable> asked = new ArrayList<>();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> {
                    try (ReplayedChanges changes = new ReplayedChanges(
                            state, storage.directory(), new HelpBy("log", asked::add), new RecoveringThreads())) {
                        for (long row = 0; row < 1_000; row++) {
                            changes.change(new WalChange(
                                    new WalRecord.Insert(Logs.TABLE, 0, row, Logs.row(row)), row, row, 0));
                        }
                        throw unreadable;
                    }
                })
                .isSameAs(unreadable);

        asked.forEach(Runnable::run);

        assertThat(asked).isNotEmpty();
        assertThat(state.applied).isEmpty();
    }
}
