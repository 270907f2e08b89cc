package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalObserver;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that takes checkpoints by itself, beside others. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AutomaticCheckpointsTest {
    private static final long MAX_LOG_SIZE = 128 << 10;
    private static final CheckpointSchedule BY_SIZE = CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE);

    private final MemoryStorage storage = new MemoryStorage();
    private final Semaphore taken = new Semaphore(0);
    private final WalManager wal = WalManager.open(Logs.options(storage)
            .observer(new WalObserver() {
                @Override
                public void checkpointed(long nanos, int segmentsDropped) {
                    taken.release();
                }
            })
            .build());

    @AfterEach
    void close() {
        wal.close();
    }

    private void commitUntil(long bytes) {
        for (long row = 0; wal.status().position() < bytes; row++) {
            wal.logInsert(Logs.TABLE, (int) (row % 3), row, Logs.large(900));
        }
    }

    private void awaitTaken(int checkpoints) throws InterruptedException {
        assertThat(taken.tryAcquire(checkpoints, 20, TimeUnit.SECONDS))
                .as("a checkpoint was taken")
                .isTrue();
    }

    private static Hold holdSnapshots(MemoryStorage storage) {
        return storage.hold(call -> call.is(Op.CREATE) && call.file().startsWith("snapshot-"));
    }

    @Test
    void aLogThatGrowsWakesThem() throws InterruptedException {
        RowsState.of(wal);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE).start();

        for (int i = 1; i <= 3; i++) {
            commitUntil(wal.status().position() + MAX_LOG_SIZE / 2 + Logs.SEGMENT_SIZE);
            awaitTaken(1);
        }

        assertThat(automatic.status().running()).isTrue();
        automatic.stop();
        assertThat(automatic.status().lastSuccess()).isPresent();
        assertThat(automatic.status().bytesSince()).isLessThan(MAX_LOG_SIZE / 2);
    }

    @Test
    void theLogOfALongLifeStaysSmallAndIsReadInAShortTime() throws InterruptedException {
        long total = 40 * MAX_LOG_SIZE;
        RowsState state = RowsState.of(wal);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE).start();
        List<Background<Void>> writers = IntStream.range(0, 3)
                .mapToObj(partition -> Background.run(() -> write(partition, total)))
                .toList();
        writers.forEach(AutomaticCheckpointsTest::await);
        automatic.stop();
        assertThat(automatic.status().failuresInARow()).isZero();
        // However far they fell behind the writers, two more leave only what the limit allows.
        for (int i = 0; i < 2; i++) {
            taken.drainPermits();
            automatic.start();
            commitUntil(wal.status().position() + MAX_LOG_SIZE / 2 + Logs.SEGMENT_SIZE);
            awaitTaken(1);
            automatic.stop();
        }

        // Two rounds of half the limit and a segment each, and what is left of the segment that the first begins in.
        assertThat(automatic.status().logBytes()).isLessThan(MAX_LOG_SIZE + 4 * Logs.SEGMENT_SIZE);
        Map<Long, Long> rows = state.rows();
        wal.close();
        RowsState restored = new RowsState();
        try (WalManager reopened = Logs.open(storage)) {
            assertThat(reopened.recoveryReport().bytesRead()).isLessThan(MAX_LOG_SIZE + 4 * Logs.SEGMENT_SIZE);
            assertThat(reopened.attach(restored) * 900).isLessThan(MAX_LOG_SIZE / 2 + Logs.SEGMENT_SIZE);
        }
        assertThat(restored.rows()).isEqualTo(rows);
    }

    private void write(int partition, long total) {
        for (long row = 0; wal.status().position() < total; row++) {
            wal.logInsert(Logs.TABLE, partition, row % 50 + 50L * partition, Logs.large(900));
        }
    }

    private static void await(Background<Void> writer) {
        try {
            writer.thread().join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        writer.result();
    }

    @Test
    void commitsDoNotWaitForThem() {
        RowsState.of(wal);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE);
        try (Hold hold = holdSnapshots(storage)) {
            commitUntil(MAX_LOG_SIZE);
            automatic.start();
            hold.awaitArrivals(1);

            commitUntil(2 * MAX_LOG_SIZE);

            assertThat(wal.checkpoints()).isEmpty();
            hold.release();
        }
        automatic.stop();
    }

    @Test
    void oneByHandIsRefusedMeanwhileAndTheyWaitForOneByHand() {
        RowsState.of(wal);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE);
        commitUntil(MAX_LOG_SIZE);
        Background<CheckpointReport> byHand;
        try (Hold hold = holdSnapshots(storage)) {
            byHand = Background.call(() -> wal.checkpoint(0));
            hold.awaitArrivals(1);
            automatic.start();
            awaitParkedIn("checkpointChanged", automatic.thread());
            assertThatThrownBy(wal::checkpointAll).isInstanceOf(CheckpointRefusedException.class);
            assertThat(automatic.status().lastSuccess()).isEmpty();
            hold.release();
        }
        assertThat(byHand.result().partitions()).hasSize(1);
        automatic.stop();

        assertThat(automatic.status().lastSuccess()).isPresent();
        assertThat(automatic.status().lastFailure()).isEmpty();
    }

    private static void awaitParkedIn(String method, Thread thread) {
        long start = System.nanoTime();
        while (thread.getState() != Thread.State.WAITING
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getMethodName().equals(method))) {
            assertThat(System.nanoTime() - start)
                    .as("the thread does not wait in %s: %s", method, Arrays.toString(thread.getStackTrace()))
                    .isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.onSpinWait();
        }
    }

    @Test
    void stoppingWaitsForTheOneThatIsRunning() {
        RowsState.of(wal);
        commitUntil(MAX_LOG_SIZE);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE);
        Background<Void> stopping;
        try (Hold hold = holdSnapshots(storage)) {
            automatic.start();
            hold.awaitArrivals(1);
            stopping = Background.run(automatic::stop);
            stopping.awaitParkedOrDone();
            assertThat(stopping.isDone()).isFalse();
            hold.release();
        }
        stopping.result();

        assertThat(wal.checkpoints()).isNotEmpty();
        assertThat(automatic.status().running()).isFalse();
    }

    @Test
    void theyCanBeStartedAgain() throws InterruptedException {
        RowsState.of(wal);
        AutomaticCheckpoints automatic =
                new AutomaticCheckpoints(wal, BY_SIZE).start().start();
        automatic.stop();
        automatic.stop();
        commitUntil(MAX_LOG_SIZE);
        assertThat(wal.checkpoints()).isEmpty();

        automatic.start();

        awaitTaken(1);
        automatic.stop();
    }

    @Test
    void aLastOneIsTakenAtTheStopUnlessNothingWasCommittedSince() {
        RowsState.of(wal);
        AutomaticCheckpoints automatic =
                new AutomaticCheckpoints(wal, CheckpointSchedule.never().withOneAtStop());
        commitUntil(10_000);
        automatic.start().stop();
        assertThat(wal.checkpoints()).isNotEmpty();
        long manifests = manifests();

        automatic.start().stop();

        assertThat(manifests()).isEqualTo(manifests);
    }

    private long manifests() {
        return storage.count(call -> call.is(Op.RENAME) && call.file().equals(FileNames.MANIFEST));
    }

    @Test
    void aLastOneThatFailsDoesNotThrow() {
        RowsState.of(wal);
        AutomaticCheckpoints automatic =
                new AutomaticCheckpoints(wal, CheckpointSchedule.never().withOneAtStop()).start();
        commitUntil(10_000);
        storage.failOnce(1, call -> call.is(Op.CREATE) && call.file().startsWith("snapshot-"));

        automatic.stop();

        assertThat(automatic.status().lastFailure()).isPresent();
        storage.heal();
    }

    @Test
    void stoppingWithAFailedLogDoesNothing() {
        RowsState.of(wal);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE.withOneAtStop()).start();
        commitUntil(10_000);
        storage.failBy(call -> {
            if (call.forcesTheLog()) {
                throw new IOException("injected into " + call);
            }
        });
        assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).isInstanceOf(RuntimeException.class);

        automatic.stop();

        assertThat(automatic.status().lastFailure()).isEmpty();
        assertThat(wal.checkpoints()).isEmpty();
        storage.heal();
    }

    @Test
    void theThreadEndsWithTheLog() throws InterruptedException {
        RowsState.of(wal);
        AutomaticCheckpoints automatic =
                new AutomaticCheckpoints(wal, BY_SIZE.withInterval(Duration.ofDays(1))).start();
        Thread thread = automatic.thread();
        assertThat(thread.isDaemon()).isTrue();

        wal.close();

        thread.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(thread.isAlive()).isFalse();
        assertThat(automatic.status().running()).isFalse();
    }

    @Test
    void theThreadEndsWhenTheLogFails() throws InterruptedException {
        RowsState.of(wal);
        Thread thread = new AutomaticCheckpoints(wal, BY_SIZE).start().thread();
        storage.failBy(call -> {
            if (call.forcesTheLog()) {
                throw new IOException("injected into " + call);
            }
        });
        assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).isInstanceOf(RuntimeException.class);

        thread.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(thread.isAlive()).isFalse();
        storage.heal();
    }

    @Test
    void whatEndsTheThreadIsSeenAndTheyCanBeStartedAgain() throws InterruptedException {
        RowsState.of(wal);
        commitUntil(MAX_LOG_SIZE);
        AtomicBoolean broken = new AtomicBoolean();
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE, () -> {
            if (broken.get()) {
                throw new IllegalStateException("no time");
            }
            return 0;
        });
        broken.set(true);
        Thread thread = automatic.start().thread();
        thread.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(thread.isAlive()).isFalse();
        assertThat(automatic.status().running()).isFalse();
        assertThat(automatic.status().lastFailure().orElseThrow().message()).contains("no time");
        assertThat(automatic.status().retry()).isEmpty();
        broken.set(false);
        automatic.start();
        awaitTaken(1);
        assertThat(automatic.status().running()).isTrue();
        automatic.stop();
        assertThat(automatic.status().failuresInARow()).isZero();
    }

    @Test
    void closingTheLogWaitsForACheckpointAndLetsNoneWriteBehindItsEnd() {
        RowsState.of(wal);
        commitUntil(MAX_LOG_SIZE);
        AutomaticCheckpoints automatic = new AutomaticCheckpoints(wal, BY_SIZE);
        Background<Void> closing;
        try (Hold hold = holdSnapshots(storage)) {
            automatic.start();
            hold.awaitArrivals(1);
            closing = Background.run(wal::close);
            closing.awaitParkedOrDone();
            assertThat(closing.isDone()).isFalse();
            hold.release();
        }
        closing.result();
        long calls = storage.count(call -> true);

        automatic.stop();

        assertThat(storage.count(call -> true)).isEqualTo(calls);
        assertThat(automatic.status().lastFailure()).isEmpty();
    }

    @Test
    void theyAreRefusedForALogWithoutAStateMachine() {
        assertThatThrownBy(new AutomaticCheckpoints(wal, BY_SIZE)::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/memory/wal")
                .hasMessageContaining("Attach");
    }

    @Test
    void aScheduleSaysWhatIsWrongWithIt() {
        assertThatThrownBy(() -> CheckpointSchedule.never().withMaxLogSize(1_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536")
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> CheckpointSchedule.never().withMaxLogSize(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CheckpointSchedule.never().withInterval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> CheckpointSchedule.never().withInterval(Duration.ofDays(200_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("292 years")
                .hasMessageContaining("PT4800000H");
    }
}
