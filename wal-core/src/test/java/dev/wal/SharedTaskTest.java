package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedTaskTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final SharedTask<Integer> task = new SharedTask<>(runs::incrementAndGet);

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoNeedsTheResultDoesWhatNobodyHasBegun() {
        assertThat(task.join()).isEqualTo(1);
        task.run();
        assertThat(task.join()).isEqualTo(1);
        assertThat(runs).hasValue(1);
    }

    @Test
    void whoNeedsTheResultWaitsForTheHelperWhoHasBegunAndStaysInterrupted() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SharedTask<String> slow = new SharedTask<>(() -> {
            begun.countDown();
            await(goOn);
            return "helped";
        });
        CompletableFuture<Void> helper = CompletableFuture.runAsync(slow);
        await(begun);
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            assertThat(slow.join()).isEqualTo("helped");
            return Thread.interrupted();
        });
        assertThat(other).isNotDone();
        goOn.countDown();
        assertThat(other.join()).isTrue();
        helper.join();
    }

    @Test
    void whatItThrowsIsThrownToWhoNeedsTheResult() {
        SharedTask<String> failing = new SharedTask<>(() -> {
            throw new UncheckedIOException(new IOException("mine"));
        });
        failing.run();
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(failing::join);
        SharedTask<String> broken = new SharedTask<>(() -> {
            throw new StackOverflowError("mine");
        });
        assertThatThrownBy(broken::join).isInstanceOf(StackOverflowError.class);
    }

    /** As code in another language may. */
    @Test
    void aCheckedExceptionThatNobodyDeclaredIsThrownToWhoNeedsTheResult() {
        SharedTask<String> failing = new SharedTask<>(() -> {
            throw SharedTask.asItIs(new IOException("mine"));
        });
        failing.run();
        assertThatExceptionOfType(IOException.class).isThrownBy(failing::join).withMessage("mine");
    }

    @Test
    void nobodyDoesWhatWasGivenUp() {
        task.giveUp();
        task.run();
        assertThat(runs).hasValue(0);
    }

    @Test
    void partitionsAreRestoredSideBySide() {
        MemoryStorage storage = new MemoryStorage();
        try (WalManager wal = WalManager.open(Logs.options(storage).build())) {
            wal.attach(new RowsState());
            for (int partition = 0; partition < Logs.PARTITIONS; partition++) {
                Logs.commitRow(wal, partition, partition);
            }
            wal.checkpointAll();
        }
        CountDownLatch two = new CountDownLatch(2);
        RowsState rows = new RowsState();
        StateMachine meeting = new StateMachine() {
            @Override
            public PreparedChange prepare(dev.wal.record.WalRecord.Data record) {
                return rows.prepare(record);
            }

            @Override
            public boolean recoversInAnyThread() {
                return true;
            }

            @Override
            public void restore(SnapshotFile file) throws IOException {
                two.countDown();
                await(two);
                rows.restore(file);
            }

            @Override
            public Frozen freeze(int partition) {
                return rows.freeze(partition);
            }
        };
        try (WalManager wal = WalManager.open(Logs.options(storage).build())) {
            wal.attach(meeting);
            assertThat(rows.rows()).hasSize(Logs.PARTITIONS);
        }
    }
}
