package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.PartitionCountMismatchException;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.common.WalStorageException;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations as an observer sees them begin and end. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObservedOperationsTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private WalObserver recorder(String name) {
        return new WalObserver() {
            @Override
            public Observed began(WalOperation operation) {
                return failure -> seen.add(name
                        + operation
                        + (failure == null ? "" : " " + failure.getClass().getSimpleName()));
            }
        };
    }

    private WalManager open(WalObserver observer) {
        return WalManager.open(Logs.options(storage)
                .durability(Durability.groupCommit())
                .observer(observer)
                .build());
    }

    @Test
    void openingCommitsAndCheckpointsAreSeen() {
        try (WalManager wal = open(recorder(""))) {
            Logs.commitRow(wal, 0, 1);
            wal.logInsert(Logs.TABLE, 0, 2, Logs.row(2));
            wal.checkpointAll();
        }

        assertThat(seen).containsExactly("OPEN", "COMMIT", "COMMIT", "CHECKPOINT");
    }

    @Test
    void anAsynchronousCommitHasEndedBeforeItsFutureIsCompleted() throws Exception {
        try (WalManager wal = open(recorder(""))) {
            WalTransaction transaction = wal.begin();
            transaction.insert(Logs.TABLE, 0, 1, Logs.row(1));
            transaction.commitAsync().get(30, TimeUnit.SECONDS);

            assertThat(seen).containsExactly("OPEN", "COMMIT");
        }
    }

    @Test
    void whatCommitsNothingIsNoCommit() {
        try (WalManager wal = open(recorder(""))) {
            wal.begin().commit();
            wal.logBegin(0, 1, 0);
            wal.logRollback(0, 1);
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 0, 1, Logs.row(1));
            }
        }

        assertThat(seen).containsExactly("OPEN");
    }

    @Test
    void aCommitThatIsRefusedSaysSo() {
        try (WalManager wal = open(recorder(""))) {
            assertThatThrownBy(() -> wal.logInsert(Logs.TABLE, 0, 1, Logs.large(2 * Logs.SEGMENT_SIZE)))
                    .isInstanceOf(WalLimitException.class);
        }

        assertThat(seen).containsExactly("OPEN", "COMMIT WalLimitException");
    }

    @Test
    void aCommitWhoseOutcomeIsUnknownSaysSo() {
        try (WalManager wal = open(recorder(""))) {
            storage.failBy(call -> {
                if (call.forcesTheLog()) {
                    throw new IOException("the disk is gone");
                }
            });
            assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).isInstanceOf(CommitUnknownException.class);
        }

        assertThat(seen).containsExactly("OPEN", "COMMIT CommitUnknownException");
    }

    @Test
    void anOpeningThatFailsSaysSo() {
        Logs.open(storage).close();

        assertThatThrownBy(() -> WalManager.open(Logs.options(storage)
                        .partitions(99)
                        .observer(recorder(""))
                        .build()))
                .isInstanceOf(PartitionCountMismatchException.class);

        assertThat(seen).containsExactly("OPEN PartitionCountMismatchException");
    }

    @Test
    void aCheckpointOfWhatHasChangedIsSeenOnceAndNoneIfNothingHas() {
        try (WalManager wal = open(recorder(""))) {
            wal.logInsert(Logs.TABLE, 0, 2, Logs.row(2));
            assertThat(wal.checkpointChanged()).isPresent();
            assertThat(wal.checkpointChanged()).isEmpty();
        }

        assertThat(seen).containsExactly("OPEN", "COMMIT", "CHECKPOINT");
    }

    @Test
    void aCheckpointThatFailsSaysSoWhoeverTakesIt() {
        try (WalManager wal = open(recorder(""))) {
            wal.logInsert(Logs.TABLE, 0, 2, Logs.row(2));
            storage.failBy(call -> {
                if (call.is(Op.CREATE) && call.file().startsWith(FileNames.MANIFEST)) {
                    throw new IOException("the disk is full");
                }
            });
            assertThatThrownBy(wal::checkpointAll).isInstanceOf(WalStorageException.class);
            assertThatThrownBy(wal::checkpointChanged).isInstanceOf(WalStorageException.class);
            storage.heal();
        }

        assertThat(seen)
                .containsExactly("OPEN", "COMMIT", "CHECKPOINT WalStorageException", "CHECKPOINT WalStorageException");
    }

    @Test
    void severalObserversAllSeeWhateverOneOfThemThrows() {
        WalObserver throwing = new WalObserver() {
            @Override
            public Observed began(WalOperation operation) {
                if (operation == WalOperation.CHECKPOINT) {
                    throw new IllegalStateException("the observer's own fault");
                }
                return failure -> {
                    throw new IllegalStateException("the observer's own fault");
                };
            }

            @Override
            public void forced(long nanos, int commits, ForceReason reason) {
                throw new IllegalStateException("the observer's own fault");
            }
        };
        try (WalManager wal = open(WalObserver.of(List.of(recorder("1 "), throwing, recorder("2 "))))) {
            Logs.commitRow(wal, 0, 1);
            wal.checkpointAll();

            assertThat(seen)
                    .containsExactly("1 OPEN", "2 OPEN", "1 COMMIT", "2 COMMIT", "1 CHECKPOINT", "2 CHECKPOINT");
        }
    }

    @Test
    void severalObserversAreOneAndNoneIsNone() {
        assertThat(WalObserver.of(List.of())).isSameAs(WalObserver.NONE);
        WalObserver one = recorder("");
        assertThat(WalObserver.of(List.of(one))).isSameAs(one);
    }
}
