package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.CheckpointRefusedException;
import dev.wal.record.WalRecord;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When checkpoints are taken by themselves, in a time that the test moves. */
class ScheduledCheckpointsTest {
    private static final long MAX_LOG_SIZE = 128 << 10;
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final MemoryStorage storage = new MemoryStorage();
    private final ManualClock clock = new ManualClock();
    private final AtomicLong nanos = new AtomicLong(-1_000);
    private final WalManager wal =
            WalManager.open(Logs.options(storage).clock(clock).build());
    private long nextRow;

    @AfterEach
    void close() {
        wal.close();
    }

    private ScheduledCheckpoints bySize() {
        RowsState.of(wal);
        return scheduled(CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE));
    }

    private ScheduledCheckpoints byInterval() {
        RowsState.of(wal);
        return scheduled(CheckpointSchedule.never().withInterval(INTERVAL));
    }

    private ScheduledCheckpoints scheduled(CheckpointSchedule schedule) {
        return new ScheduledCheckpoints(wal.checkpointSource(), schedule, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        clock.advance(time);
    }

    private void grow(long bytes, int... partitions) {
        long until = wal.status().position() + bytes;
        while (wal.status().position() < until) {
            commit(partitions[(int) (nextRow % partitions.length)]);
        }
    }

    private void commit(int partition) {
        wal.logInsert(Logs.TABLE, partition, nextRow++, Logs.large(900));
    }

    private long checkpoints() {
        return storage.count(call -> call.is(Op.RENAME) && call.file().equals(FileNames.MANIFEST));
    }

    private static AutomaticCheckpoints.Status status(ScheduledCheckpoints scheduled) {
        return scheduled.status(true);
    }

    // By size.

    @Test
    void oneIsDueWhenHalfOfTheLimitWasWrittenSinceTheLast() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2 - 12_000, 0, 1);
        scheduled.work();
        assertThat(wal.checkpoints()).isEmpty();
        assertThat(scheduled.wakeAt())
                .isGreaterThan(wal.status().position())
                .isEqualTo(wal.status().position()
                        + MAX_LOG_SIZE / 2
                        - status(scheduled).bytesSince());

        grow(12_000, 0, 1);
        assertThat(scheduled.work()).isEqualTo(Long.MAX_VALUE);

        assertThat(wal.checkpoints()).containsOnlyKeys(0, 1);
        assertThat(status(scheduled).lastSuccess().orElseThrow().segmentsDropped())
                .isPositive();
        assertThat(status(scheduled).bytesSince()).isZero();
        assertThat(scheduled.wakeAt()).isEqualTo(wal.status().position() + MAX_LOG_SIZE / 2);
    }

    @Test
    void aLogThatIsLargeWhenTheyBeginIsCheckpointedAtOnce() {
        grow(MAX_LOG_SIZE, 0);
        wal.close();
        try (WalManager reopened = Logs.open(storage)) {
            RowsState.of(reopened);
            new ScheduledCheckpoints(
                            reopened.checkpointSource(),
                            CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE),
                            nanos::get)
                    .work();

            assertThat(reopened.checkpoints()).containsOnlyKeys(0);
        }
    }

    @Test
    void theLogStaysNearItsLimitHoweverMuchIsWritten() {
        ScheduledCheckpoints scheduled = bySize();
        long most = 0;
        for (int i = 0; i < 4_000; i++) {
            commit(i % 3);
            scheduled.work();
            most = Math.max(most, status(scheduled).logBytes());
        }

        assertThat(wal.status().position()).isGreaterThan(20 * MAX_LOG_SIZE);
        assertThat(most).isGreaterThan(MAX_LOG_SIZE / 2).isLessThanOrEqualTo(MAX_LOG_SIZE + 2 * Logs.SEGMENT_SIZE);
        assertThat(LogBytes.segments(storage)).hasSizeLessThanOrEqualTo((int) (MAX_LOG_SIZE / Logs.SEGMENT_SIZE) + 3);
    }

    @Test
    void aLimitBelowASegmentIsKeptByWhatIsReadAndNotByTheFile() {
        wal.close();
        MemoryStorage large = new MemoryStorage();
        try (WalManager log =
                WalManager.open(Logs.options(large).segmentSize(1 << 20).build())) {
            RowsState.of(log);
            ScheduledCheckpoints scheduled = new ScheduledCheckpoints(
                    log.checkpointSource(), CheckpointSchedule.never().withMaxLogSize(64 << 10), nanos::get);
            for (int i = 0; i < 500; i++) {
                log.logInsert(Logs.TABLE, 0, i, Logs.large(900));
                scheduled.work();
                assertThat(status(scheduled).bytesSince()).isLessThan(33 << 10);
            }
            assertThat(large.count(call -> call.is(Op.RENAME) && call.file().equals(FileNames.MANIFEST)))
                    .as("manifests written")
                    .isBetween(10L, 25L);
        }
    }

    @Test
    void anIdlePartitionIsTakenUntilItHoldsNothingBackAndThenLeftAlone() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0, 3);
        scheduled.work();
        long third = wal.checkpoints().get(3).position();
        grow(MAX_LOG_SIZE / 2, 0);
        scheduled.work();
        assertThat(wal.checkpoints().get(3).position()).as("not changed since").isEqualTo(third);

        commit(3);
        grow(MAX_LOG_SIZE / 2, 0);
        scheduled.work();
        long again = wal.checkpoints().get(3).position();
        grow(MAX_LOG_SIZE / 2, 0);
        scheduled.work();
        assertThat(wal.checkpoints().get(3).position())
                .as("segments are kept for the one before")
                .isGreaterThan(again);
        long last = wal.checkpoints().get(3).position();
        grow(MAX_LOG_SIZE / 2, 0);
        scheduled.work();

        assertThat(wal.checkpoints().get(3).position()).isEqualTo(last);
        assertThat(status(scheduled).logBytes()).isLessThan(MAX_LOG_SIZE);
    }

    @Test
    void aPartitionThatWasIdleForLongMakesNoneDueByItsFirstRecord() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0, 3);
        scheduled.work();
        for (int i = 0; i < 5; i++) {
            grow(MAX_LOG_SIZE / 2, 0);
            scheduled.work();
        }
        long before = checkpoints();

        commit(3);
        scheduled.work();

        assertThat(checkpoints()).isEqualTo(before);
        assertThat(status(scheduled).bytesSince()).isLessThan(Logs.SEGMENT_SIZE);
    }

    @Test
    void aCheckpointByHandOfAllCounts() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0);
        wal.checkpointAll();
        long before = checkpoints();

        scheduled.work();

        assertThat(checkpoints()).isEqualTo(before);
    }

    @Test
    void aCheckpointByHandOfOnePartitionLeavesTheOthersToBeTaken() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0, 1);
        wal.checkpoint(0);

        scheduled.work();

        assertThat(wal.checkpoints()).containsOnlyKeys(0, 1);
        assertThat(status(scheduled).bytesSince()).isZero();
    }

    @Test
    void whatKeepsTheLogBackCausesNoMoreCheckpointsThanTheLogGrowsFor() {
        wal.tail("slow", 0).close();
        ScheduledCheckpoints scheduled = bySize();
        try (WalTransaction undecided = wal.begin()) {
            undecided.insert(Logs.TABLE, 2, 1_000_000, Logs.large(100));
            undecided.prepare();
            long before = checkpoints();
            for (int i = 0; i < 1_000; i++) {
                commit(0);
                scheduled.work();
            }

            long written = wal.status().position();
            assertThat(status(scheduled).logBytes())
                    .as("nothing could be dropped")
                    .isGreaterThan(written - 1_000);
            assertThat(checkpoints() - before).isLessThanOrEqualTo(written / (MAX_LOG_SIZE / 2));
            assertThat(status(scheduled).bytesSince()).isLessThan(MAX_LOG_SIZE / 2);
            undecided.rollback();
        }
    }

    // By interval.

    @Test
    void oneIsTakenWhenTheIntervalIsOver() {
        ScheduledCheckpoints scheduled = byInterval();
        commit(0);
        assertThat(scheduled.work()).isEqualTo(INTERVAL.toNanos());
        pass(INTERVAL.minusNanos(1));
        assertThat(scheduled.work()).isEqualTo(1);
        assertThat(wal.checkpoints()).isEmpty();

        pass(Duration.ofNanos(1));
        assertThat(scheduled.work()).isEqualTo(INTERVAL.toNanos());

        assertThat(wal.checkpoints()).containsOnlyKeys(0);
        assertThat(scheduled.wakeAt()).isEqualTo(ScheduledCheckpoints.NOWHERE);
    }

    @Test
    void theLongestIntervalIsWaitedFor() {
        RowsState.of(wal);
        ScheduledCheckpoints scheduled =
                scheduled(CheckpointSchedule.never().withInterval(Duration.ofNanos(Long.MAX_VALUE)));
        commit(0);
        pass(INTERVAL);

        assertThat(scheduled.work()).isEqualTo(Long.MAX_VALUE - INTERVAL.toNanos());
        assertThat(wal.checkpoints()).isEmpty();
    }

    @Test
    void noneIsTakenWhenNothingWasCommittedSinceTheLast() {
        ScheduledCheckpoints scheduled = byInterval();
        commit(0);
        pass(INTERVAL);
        scheduled.work();
        long before = checkpoints();
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 1, 1, Logs.row(1));
        }

        pass(INTERVAL);
        assertThat(scheduled.work()).isEqualTo(INTERVAL.toNanos());

        assertThat(checkpoints()).isEqualTo(before);
    }

    // Failures.

    @Test
    void oneThatFailsIsTriedAgainLaterAndLaterUpToABound() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0);
        storage.failBy(call -> {
            if (call.is(Op.CREATE) && call.file().startsWith("snapshot-")) {
                throw new IOException("No space left on device");
            }
        });

        List<Long> waits = LongStream.range(0, 9)
                .map(i -> {
                    long wait = scheduled.work();
                    pass(Duration.ofNanos(wait));
                    return Duration.ofNanos(wait).toSeconds();
                })
                .boxed()
                .toList();

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        AutomaticCheckpoints.Status status = status(scheduled);
        assertThat(status.failuresInARow()).isEqualTo(9);
        assertThat(status.lastFailure().orElseThrow().message()).contains("No space left on device");
        assertThat(status.retry()).contains(clock.instant());
        storage.heal();
        scheduled.work();
        assertThat(status(scheduled).failuresInARow()).isZero();
        assertThat(status(scheduled).retry()).isEmpty();
        assertThat(status(scheduled).lastFailure()).as("stays known").isPresent();
        assertThat(wal.checkpoints()).containsOnlyKeys(0);
    }

    @Test
    void growthIsNoReasonToTryAFailedOneAgainEarlier() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0);
        storage.failOnce(1, call -> call.is(Op.CREATE) && call.file().startsWith("snapshot-"));
        scheduled.work();
        storage.heal();

        grow(MAX_LOG_SIZE, 0);
        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.FIRST_RETRY.toNanos());

        assertThat(scheduled.wakeAt()).isEqualTo(ScheduledCheckpoints.NOWHERE);
        assertThat(wal.checkpoints()).isEmpty();
    }

    @Test
    void aFailedOneThatWasMadeUpForByHandLeavesNothingToTryAgain() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE, 0);
        storage.failOnce(1, call -> call.is(Op.CREATE) && call.file().startsWith("snapshot-"));
        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.FIRST_RETRY.toNanos());
        storage.heal();
        wal.checkpointAll();

        pass(ScheduledCheckpoints.FIRST_RETRY);
        assertThat(scheduled.work()).isEqualTo(Long.MAX_VALUE);

        assertThat(scheduled.wakeAt()).isEqualTo(wal.status().position() + MAX_LOG_SIZE / 2);
        assertThat(status(scheduled).failuresInARow()).isZero();
        assertThat(status(scheduled).retry()).isEmpty();
        assertThat(status(scheduled).lastFailure()).as("stays known").isPresent();
    }

    @Test
    void aRefusedOneThatWasMadeUpForByHandWaitsForItsInterval() {
        Refusing state = new Refusing(new RowsState());
        wal.attach(state);
        ScheduledCheckpoints scheduled = scheduled(CheckpointSchedule.never().withInterval(INTERVAL));
        commit(0);
        pass(INTERVAL);
        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.RETRY_OF_REFUSED.toNanos());
        state.refuses = false;
        wal.checkpointAll();

        pass(ScheduledCheckpoints.RETRY_OF_REFUSED);

        assertThat(scheduled.work()).isEqualTo(INTERVAL.toNanos());
        assertThat(status(scheduled).failuresInARow()).isZero();
    }

    @Test
    void aLastOneThatFindsNothingToTakeEndsTheFailure() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE, 0);
        storage.failOnce(1, call -> call.is(Op.CREATE) && call.file().startsWith("snapshot-"));
        scheduled.work();
        storage.heal();
        wal.checkpointAll();

        assertThat(scheduled.take()).isTrue();

        assertThat(status(scheduled).failuresInARow()).isZero();
        assertThat(status(scheduled).retry()).isEmpty();
    }

    @Test
    void oneThatIsRefusedIsTriedAgainSlowly() {
        wal.attach(new Refusing(new RowsState()));
        ScheduledCheckpoints scheduled = scheduled(CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE));
        grow(MAX_LOG_SIZE / 2, 0);

        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.RETRY_OF_REFUSED.toNanos());

        assertThat(status(scheduled).lastFailure().orElseThrow().message()).contains("nobody's");
    }

    @Test
    void whateverAStateThrowsIsAFailureThatIsTriedAgain() {
        wal.attach(new Refusing(new RowsState()) {
            @Override
            public Frozen freeze(int partition) {
                throw new AssertionError("a fault of the state");
            }
        });
        ScheduledCheckpoints scheduled = scheduled(CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE));
        grow(MAX_LOG_SIZE / 2, 0);

        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.FIRST_RETRY.toNanos());
        assertThat(status(scheduled).lastFailure().orElseThrow().message()).isEqualTo("a fault of the state");
    }

    // The end.

    @Test
    void theyEndWithALogThatIsClosed() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE, 0);
        wal.close();

        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.ENDED);
        assertThat(status(scheduled).lastFailure()).isEmpty();
        assertThat(status(scheduled).running()).isFalse();
    }

    @Test
    void theyEndWithALogThatFailsMeanwhile() {
        ScheduledCheckpoints scheduled = bySize();
        grow(MAX_LOG_SIZE / 2, 0);
        storage.failBy(call -> {
            if (call.forcesTheLog()) {
                throw new IOException("injected into " + call);
            }
        });

        assertThat(scheduled.work()).isEqualTo(ScheduledCheckpoints.ENDED);

        assertThat(status(scheduled).failuresInARow())
                .as("the log tells that itself")
                .isZero();
        storage.heal();
    }

    /** Refuses checkpoints. */
    private static class Refusing implements StateMachine {
        private final StateMachine delegate;
        private boolean refuses = true;

        private Refusing(StateMachine delegate) {
            this.delegate = delegate;
        }

        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            return delegate.prepare(record);
        }

        @Override
        public void restore(SnapshotFile file) {}

        @Override
        public Frozen freeze(int partition) {
            if (refuses) {
                throw new CheckpointRefusedException("table nobody's belongs to no state");
            }
            return delegate.freeze(partition);
        }
    }
}
