package dev.wal;

import static dev.wal.Logs.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.common.Durability;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.common.WalStorageException;
import dev.wal.record.WalChange;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Following what is committed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TailerTest {
    private static final Duration LONG = Duration.ofDays(1);
    private final MemoryStorage storage = new MemoryStorage();
    private WalManager wal = Logs.open(storage);
    private long nextFiller = 1000;

    @AfterEach
    void close() {
        wal.close();
    }

    private void reopen() {
        wal.close();
        wal = Logs.open(storage);
    }

    private void reopen(WalOptions.Builder options) {
        wal.close();
        wal = WalManager.open(options.build());
    }

    /** Row ids of what there is, each poll's in a list of its own. */
    private static List<List<Long>> drain(WalTailer tailer) {
        List<List<Long>> polls = new ArrayList<>();
        List<Long> rows = new ArrayList<>();
        while (tailer.poll(Duration.ZERO, change -> rows.add(change.rowId()))) {
            polls.add(List.copyOf(rows));
            rows.clear();
        }
        assertThat(rows).isEmpty();
        return polls;
    }

    private static List<Long> drainRows(WalTailer tailer) {
        return drain(tailer).stream().flatMap(List::stream).toList();
    }

    private void fillSegments(int segments) {
        int until = wal.status().segments() + segments;
        while (wal.status().segments() < until) {
            wal.logInsert(TABLE, 2, nextFiller++, Logs.large(900));
        }
    }

    private String firstSegment() {
        return LogBytes.segments(storage).get(0);
    }

    // What is handed over, and when.

    @Test
    void aPollHandsOverOneTransaction() {
        Logs.commitRow(wal, 0, 1);
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(TABLE, 1, 2, Logs.row(2));
            transaction.insert(TABLE, 3, 3, Logs.row(3));
            transaction.insert(TABLE, 1, 4, Logs.row(4));
            transaction.commit();
        }
        try (WalTransaction rolledBack = wal.begin()) {
            rolledBack.insert(TABLE, 1, 99, Logs.row(99));
        }
        wal.logBegin(2, 8, 0);
        wal.logInsert(8, TABLE, 2, 98, Logs.row(98));
        try (WalTailer tailer = wal.tail(0)) {
            assertThat(drain(tailer)).containsExactly(List.of(1L), List.of(2L, 3L, 4L));
            wal.logCommit(2, 8, 5);
            assertThat(drain(tailer)).containsExactly(List.of(98L));
        }
    }

    @Test
    void aWaitingPollIsWokenByACommit() {
        try (WalTailer tailer = wal.tail(0)) {
            List<Long> rows = new ArrayList<>();
            Background<Boolean> poll = Background.call(() -> tailer.poll(LONG, change -> rows.add(change.rowId())));
            poll.awaitParkedOrDone();
            assertThat(poll.isDone()).isFalse();

            Logs.commitRow(wal, 0, 1);

            assertThat(poll.result()).isTrue();
            assertThat(rows).containsExactly(1L);
        }
    }

    @Test
    void aWaitingPollCanBeWokenAndGoesOnThen() {
        try (WalTailer tailer = wal.tail(0)) {
            List<Long> rows = new ArrayList<>();
            Background<Boolean> poll = Background.call(() -> tailer.poll(LONG, change -> rows.add(change.rowId())));
            poll.awaitParkedOrDone();
            tailer.wakeUp();
            assertThat(poll.result()).isFalse();

            tailer.wakeUp();
            assertThat(tailer.poll(LONG, change -> rows.add(change.rowId()))).isFalse();

            Logs.commitRow(wal, 0, 1);
            tailer.wakeUp();
            assertThat(tailer.poll(LONG, change -> rows.add(change.rowId()))).isTrue();
            assertThat(rows).containsExactly(1L);
        }
    }

    @Test
    void aPollEndsWhenItsTimeIsOver() {
        try (WalTailer tailer = wal.tail(0)) {
            assertThat(tailer.poll(Duration.ofMillis(5), change -> {})).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> tailer.poll(Duration.ofMillis(-1), change -> {}));
        }
    }

    @Test
    void whatIsNotForcedIsNotHandedOver() {
        try (WalTailer tailer = wal.tail(0)) {
            Background<CommitReceipt> commit;
            try (Hold hold = storage.hold(Call::forcesTheLog)) {
                commit = Background.call(() -> Logs.commitRow(wal, 0, 1));
                hold.awaitArrivals(1);
                assertThat(tailer.poll(Duration.ZERO, change -> {})).isFalse();
            }
            commit.result();
            assertThat(drainRows(tailer)).containsExactly(1L);
        }
    }

    @Test
    void atALevelWithoutForcesAPollThatWaitedInVainForces() {
        reopen(Logs.options(storage).durability(Durability.noSync()));
        try (WalTailer tailer = wal.tail(0)) {
            Logs.commitRow(wal, 0, 1);
            assertThat(tailer.poll(Duration.ZERO, change -> {})).isFalse();
            List<Long> rows = new ArrayList<>();

            assertThat(tailer.poll(Duration.ofMillis(1), change -> rows.add(change.rowId())))
                    .isTrue();

            assertThat(rows).containsExactly(1L);
            assertThat(wal.status().durableMark()).isEqualTo(wal.status().position());
        }
    }

    @Test
    void commitsOfOthersAreFollowedInOrderBesideCheckpoints() {
        // Known before anybody writes: checkpoints drop what nobody is going to read.
        WalTailer tailer = wal.tail("follower", 0);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong committed = new AtomicLong();
        List<Background<Void>> writers = IntStream.range(0, 3)
                .mapToObj(i -> Background.run(() -> {
                    while (committed.get() < 3000) {
                        try (WalTransaction transaction = wal.begin()) {
                            long row = committed.getAndIncrement();
                            transaction.insert(TABLE, i, row, Logs.large(200));
                            transaction.insert(TABLE, 3, row, Logs.row(row));
                            transaction.commit();
                        }
                    }
                }))
                .toList();
        Background<Void> checkpoints = Background.run(() -> {
            while (!done.get()) {
                wal.checkpointAll();
            }
        });
        List<Long> positions = new ArrayList<>();
        List<Long> rows = new ArrayList<>();
        try (tailer) {
            while (rows.size() < 2 * 3000) {
                List<WalChange> changes = new ArrayList<>();
                assertThat(tailer.poll(LONG, changes::add)).isTrue();
                assertThat(changes).hasSize(2);
                assertThat(changes.get(0).rowId()).isEqualTo(changes.get(1).rowId());
                positions.add(changes.get(0).position());
                changes.forEach(change -> rows.add(change.rowId()));
                if (positions.size() % 50 == 0) {
                    tailer.acknowledge();
                }
            }
            assertThat(positions).isSorted().doesNotHaveDuplicates();
            assertThat(rows.stream().distinct().sorted())
                    .startsWith(LongStream.range(0, 3000).boxed().toArray(Long[]::new));
        } finally {
            done.set(true);
        }
        writers.forEach(Background::result);
        checkpoints.result();
    }

    @Test
    void committersDoNotWaitForASlowConsumer() {
        try (WalTailer tailer = wal.tail("slow", 0)) {
            Logs.commitRow(wal, 0, 1);
            assertThat(tailer.poll(Duration.ZERO, change -> {
                        fillSegments(3);
                        wal.checkpointAll();
                        Logs.commitRow(wal, 1, change.rowId() + 1);
                    }))
                    .isTrue();
        }
    }

    // Interrupts and ends.

    @Test
    void anInterruptEndsThePollAndNothingElse() {
        try (WalTailer tailer = wal.tail(0)) {
            Background<Boolean> poll = Background.call(() -> {
                boolean found = tailer.poll(LONG, change -> {});
                return found || !Thread.currentThread().isInterrupted();
            });
            poll.awaitParkedOrDone();
            poll.thread().interrupt();
            assertThat(poll.result()).as("found, or the flag is lost").isFalse();

            Logs.commitRow(wal, 0, 1);
            assertThat(drainRows(tailer)).containsExactly(1L);
        }
    }

    @Test
    void anInterruptedThreadGetsWhatIsThereAndDoesNotWait() {
        Logs.commitRow(wal, 0, 1);
        try (WalTailer tailer = wal.tail("one", 0)) {
            List<Long> rows = new ArrayList<>();
            Thread.currentThread().interrupt();
            try {
                assertThat(tailer.poll(LONG, change -> rows.add(change.rowId())))
                        .isTrue();
                tailer.acknowledge();
                assertThat(tailer.poll(LONG, change -> rows.add(change.rowId())))
                        .isFalse();
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(rows).containsExactly(1L);
        }
        reopen();
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).isEmpty();
        }
    }

    @Test
    void closingTheLogEndsAPoll() {
        WalTailer tailer = wal.tail("one", 0);
        Background<Boolean> poll = Background.call(() -> tailer.poll(LONG, change -> {}));
        poll.awaitParkedOrDone();

        wal.close();

        assertThat(poll.failure()).isInstanceOf(WalClosedException.class);
        assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> tailer.poll(Duration.ZERO, change -> {}));
        tailer.close();
        assertThat(storage.openFiles()).isZero();
    }

    @Test
    void aFailureOfTheLogEndsAPoll() {
        try (WalTailer tailer = wal.tail(0)) {
            Background<Boolean> poll = Background.call(() -> tailer.poll(LONG, change -> {}));
            poll.awaitParkedOrDone();
            storage.failOnce(1, Call::forcesTheLog);

            Background<CommitReceipt> commit = Background.call(() -> Logs.commitRow(wal, 0, 1));

            assertThat(commit.failure()).isInstanceOf(WalException.class);
            assertThat(poll.failure()).isInstanceOf(WalFailedException.class).hasMessageContaining("injected");
        }
    }

    @Test
    void nothingAcknowledgedIsWrittenAfterTheLogWasClosed() {
        Logs.commitRow(wal, 0, 1);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).hasSize(1);
            wal.close();
            assertThatExceptionOfType(WalClosedException.class).isThrownBy(tailer::acknowledge);
        }
    }

    // Consumers.

    @Test
    void aConsumerGoesOnBehindWhatItAcknowledged() {
        Logs.commitRow(wal, 0, 1);
        Logs.commitRow(wal, 0, 2);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(tailer.poll(Duration.ZERO, change -> {})).isTrue();
            tailer.acknowledge();
            assertThat(tailer.poll(Duration.ZERO, change -> {})).isTrue();
        }
        reopen();
        Logs.commitRow(wal, 0, 3);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(2L, 3L);
        }
    }

    @Test
    void aTransactionThatBeganBeforeTheAcknowledgedPositionComesWhole() {
        wal.logBegin(0, 7, 0);
        wal.logInsert(7, TABLE, 0, 70, Logs.row(70));
        Logs.commitRow(wal, 1, 1);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(1L);
            tailer.acknowledge();
        }
        fillSegments(3);
        wal.checkpoint(1);
        wal.logInsert(7, TABLE, 0, 71, Logs.row(71));
        wal.logCommit(0, 7, 0);
        wal.checkpointAll();
        try (WalTailer tailer = wal.tail("one", 0)) {
            List<Long> rows = drainRows(tailer);
            assertThat(rows.subList(rows.size() - 2, rows.size())).containsExactly(70L, 71L);
        }
    }

    @Test
    void aNewConsumerMayBeginAnywhere() {
        wal.logBegin(0, 7, 0);
        wal.logInsert(7, TABLE, 0, 70, Logs.row(70));
        CommitReceipt before = Logs.commitRow(wal, 1, 1);
        wal.logCommit(0, 7, 0);
        Logs.commitRow(wal, 1, 2);
        try (WalTailer fromTheMiddle = wal.tail("one", before.position() + 1);
                WalTailer fromNow = wal.tail("two", wal.status().position())) {
            assertThat(drainRows(fromTheMiddle)).containsExactly(70L, 2L);
            assertThat(drainRows(fromNow)).isEmpty();
            Logs.commitRow(wal, 1, 3);
            assertThat(drainRows(fromNow)).containsExactly(3L);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wal.tail("three", wal.status().position() + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.tail(-1));
        assertThat(wal.consumers()).extracting(WalConsumer::id).containsExactly("one", "two");
    }

    @Test
    void theLogIsKeptForAConsumerUntilItAcknowledges() {
        String first = firstSegment();
        wal.tail("one", 0).close();
        fillSegments(4);
        assertThat(wal.checkpointAll().segmentsDropped()).isZero();
        reopen();
        assertThat(firstSegment()).isEqualTo(first);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).isNotEmpty().isSorted().startsWith(1000L);
            assertThat(wal.checkpointAll().segmentsDropped()).isZero();
            tailer.acknowledge();
            assertThat(wal.checkpointAll().segmentsDropped()).isEqualTo(4);
        }
    }

    @Test
    void aConsumerThatIsTooSlowIsOvertakenAndToldWhatIsLeft() {
        reopen(Logs.options(storage).maxRetainedForConsumers(2 * Logs.SEGMENT_SIZE));
        WalTailer tailer = wal.tail("slow", 0);
        Logs.commitRow(wal, 0, 1);
        assertThat(drainRows(tailer)).containsExactly(1L);
        fillSegments(6);
        assertThat(wal.checkpointAll().segmentsDropped()).isEqualTo(4);
        // Files are used again.
        fillSegments(4);

        WalOvertakenException overtaken = overtaken(tailer);
        assertThat(overtaken).hasMessageContaining("slow");
        assertThat(overtaken(tailer).firstPosition()).isEqualTo(overtaken.firstPosition());
        tailer.close();

        wal.removeConsumer("slow");
        try (WalTailer again = wal.tail("slow", overtaken.firstPosition())) {
            List<Long> rows = drainRows(again);
            assertThat(rows)
                    .isEqualTo(LongStream.rangeClosed(rows.get(0), rows.get(rows.size() - 1))
                            .boxed()
                            .toList());
        }
    }

    private static WalOvertakenException overtaken(WalTailer tailer) {
        try {
            while (tailer.poll(Duration.ZERO, change -> {})) {
                // To where it was overtaken.
            }
        } catch (WalOvertakenException e) {
            return e;
        }
        throw new AssertionError("not overtaken");
    }

    @Test
    void aTailerWithoutAConsumerHoldsNothingBack() {
        try (WalTailer tailer = wal.tail(0)) {
            tailer.acknowledge();
            fillSegments(4);
            assertThat(wal.checkpointAll().segmentsDropped()).isEqualTo(4);
            assertThat(overtaken(tailer).firstPosition()).isPositive();
        }
        assertThat(wal.consumers()).isEmpty();
        assertThatExceptionOfType(WalOvertakenException.class)
                .isThrownBy(() -> wal.tail("new", 0))
                .satisfies(e -> wal.tail(e.firstPosition()).close());
    }

    @Test
    void aCommitWhoseBeginningWasDroppedIsNeverHandedOverInPart() {
        wal.logBegin(1, 7, 0);
        wal.logInsert(7, TABLE, 1, 70, Logs.row(70));
        fillSegments(2);
        long middle = wal.status().position();
        wal.logInsert(7, TABLE, 1, 71, Logs.row(71));
        wal.logCommit(1, 7, 0);
        Logs.commitRow(wal, 1, 8);
        assertThat(wal.checkpointAll().segmentsDropped()).isPositive();

        long left;
        try (WalTailer tailer = wal.tail("late", middle)) {
            left = overtaken(tailer).firstPosition();
            assertThat(overtaken(tailer).firstPosition()).isEqualTo(left);
        }
        wal.removeConsumer("late");
        try (WalTailer tailer = wal.tail("late", left)) {
            assertThat(drainRows(tailer)).containsExactly(8L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransactionWhoseBeginningIsDroppedWhileItIsFollowedIsNotHandedOverInPart(boolean rollOver) {
        try (WalTailer tailer = wal.tail(0)) {
            wal.logBegin(1, 7, 0);
            wal.logInsert(7, TABLE, 1, 70, Logs.row(70));
            fillSegments(2);
            assertThat(drainRows(tailer)).doesNotContain(70L);
            if (rollOver) {
                fillSegments(1);
            }
            wal.logInsert(7, TABLE, 1, 71, Logs.row(71));
            wal.logCommit(1, 7, 0);
            assertThat(wal.checkpointAll().segmentsDropped()).isPositive();

            List<Long> rows = new ArrayList<>();
            assertThatExceptionOfType(WalOvertakenException.class).isThrownBy(() -> {
                while (tailer.poll(Duration.ZERO, change -> rows.add(change.rowId()))) {
                    // To where it was overtaken.
                }
            });
            assertThat(rows).doesNotContain(70L, 71L);
        }
    }

    @Test
    void consumersAreListedAndRemoved() {
        Logs.commitRow(wal, 0, 1);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).hasSize(1);
            tailer.acknowledge();
            assertThat(wal.consumers()).hasSize(1).first().satisfies(consumer -> {
                assertThat(consumer.id()).isEqualTo("one");
                assertThat(consumer.position()).isEqualTo(tailer.position());
                assertThat(consumer.active()).isTrue();
            });
            assertThatIllegalStateException().isThrownBy(() -> wal.tail("one", 0));
            assertThatIllegalStateException().isThrownBy(() -> wal.removeConsumer("one"));
        }
        assertThat(wal.consumers()).extracting(WalConsumer::active).containsExactly(false);
        assertThat(storage.list()).contains("consumer-one.pos");

        wal.removeConsumer("one");

        assertThat(wal.consumers()).isEmpty();
        assertThat(storage.list()).doesNotContain("consumer-one.pos");
        assertThatIllegalArgumentException().isThrownBy(() -> wal.removeConsumer("one"));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.tail("../one", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.tail("", 0));
    }

    @Test
    void aConsumerThatIsNotInUseGoesOnWhereItIsToldTo() {
        long first = Logs.commitRow(wal, 0, 1).position();
        long second = Logs.commitRow(wal, 0, 2).position();
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(1L, 2L);
            tailer.acknowledge();
            assertThatIllegalStateException().isThrownBy(() -> wal.resetConsumer("one", first));
        }
        wal.resetConsumer("one", second);
        reopen();
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(2L);
        }
        wal.resetConsumer("new", first);
        try (WalTailer tailer = wal.tail("new", wal.status().position())) {
            assertThat(drainRows(tailer)).containsExactly(1L, 2L);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> wal.resetConsumer("one", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> wal.resetConsumer("../one", first));
    }

    @Test
    void whatHappensWhileAResetIsWrittenTheConsumerIsAtOneOfTheTwoPositions() {
        long first = Logs.commitRow(wal, 0, 1).position();
        Logs.commitRow(wal, 0, 2);
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).hasSize(2);
            tailer.acknowledge();
        }
        wal.close();
        for (int number = 1; number <= 5; number++) {
            MemoryStorage copy = storage.kill();
            try (WalManager opened = Logs.open(copy)) {
                copy.failOnce(number, call -> call.file().startsWith("consumer-") || call.is(Op.FORCE_DIRECTORY));
                assertThatExceptionOfType(WalStorageException.class)
                        .isThrownBy(() -> opened.resetConsumer("one", first));
                for (MemoryStorage crashed : List.of(copy.kill(), copy.powerCut(new Random(number)))) {
                    try (WalManager after = Logs.open(crashed);
                            WalTailer again = after.tail("one", 0)) {
                        assertThat(drainRows(again)).isIn(List.of(), List.of(1L, 2L));
                    }
                }
                copy.heal();
            }
        }
    }

    @Test
    void aTailerFromTheCheckpointsGivesWhatReplayGivesAndGoesOn() {
        for (long row = 0; row < 8; row++) {
            Logs.commitRow(wal, (int) (row % 4), row);
        }
        wal.checkpoint(1);
        Logs.commitRow(wal, 1, 8);
        wal.checkpoint(3);
        Logs.commitRow(wal, 3, 9);
        List<Long> replayed = Logs.replayedRows(wal);
        try (WalTailer tailer = wal.tailFromCheckpoints()) {
            assertThat(drainRows(tailer)).isEqualTo(replayed).containsExactly(0L, 2L, 4L, 6L, 8L, 9L);
            Logs.commitRow(wal, 1, 10);
            assertThat(drainRows(tailer)).containsExactly(10L);
        }
        assertThat(wal.consumers()).isEmpty();
    }

    @Test
    void aDamagedPositionIsReportedAndHoldsTheLogBack() {
        String first = firstSegment();
        wal.tail("one", 0).close();
        int size = storage.bytes("consumer-one.pos").length;
        for (int offset = 0; offset < size; offset++) {
            wal.close();
            MemoryStorage damaged = storage.kill();
            LogBytes.flipBit(damaged, "consumer-one.pos", offset, offset % 8);
            try (WalManager opened = Logs.open(damaged)) {
                assertThatExceptionOfType(WalException.class)
                        .isThrownBy(() -> opened.tail("one", 0))
                        .withMessageContaining("consumer-one.pos");
            }
        }
        LogBytes.truncate(storage, "consumer-one.pos", 20);
        wal = Logs.open(storage);
        assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> wal.tail("one", 0));
        fillSegments(3);
        wal.checkpointAll();
        assertThat(firstSegment()).isEqualTo(first);
        assertThat(wal.consumers()).extracting(WalConsumer::position).containsExactly(-1L);

        wal.removeConsumer("one");
        assertThat(wal.checkpointAll().segmentsDropped()).isEqualTo(3);
    }

    @Test
    void aPositionOfAnotherLogIsReported() {
        MemoryStorage other = new MemoryStorage();
        try (WalManager otherWal = Logs.open(other)) {
            otherWal.tail("one", 0).close();
        }
        wal.close();
        storage.put("consumer-one.pos", other.bytes("consumer-one.pos"));
        wal = Logs.open(storage);

        assertThatExceptionOfType(WalCorruptedException.class)
                .isThrownBy(() -> wal.tail("one", 0))
                .withMessageContaining("another log");
    }

    @Test
    void whateverCallFailsAnAcknowledgementIsThereOrNot() {
        for (int rows = 0; rows < 3; rows++) {
            Logs.commitRow(wal, 0, rows);
        }
        wal.tail("one", 0).close();
        wal.close();
        int calls = 0;
        for (int number = 1; number <= 5; number++) {
            MemoryStorage copy = storage.kill();
            WalManager opened = Logs.open(copy);
            WalTailer tailer = opened.tail("one", 0);
            assertThat(tailer.poll(Duration.ZERO, change -> {})).isTrue();
            tailer.acknowledge();
            assertThat(tailer.poll(Duration.ZERO, change -> {})).isTrue();
            copy.failOnce(number, call -> call.file().startsWith("consumer-") || call.is(Op.FORCE_DIRECTORY));
            assertThatExceptionOfType(WalStorageException.class).isThrownBy(tailer::acknowledge);
            calls++;
            for (MemoryStorage crashed : List.of(copy.kill(), copy.powerCut(new Random(number)))) {
                try (WalManager after = Logs.open(crashed);
                        WalTailer again = after.tail("one", 0)) {
                    assertThat(drainRows(again))
                            .containsAnyOf(1L, 2L)
                            .endsWith(2L)
                            .hasSizeBetween(1, 2);
                }
            }
            copy.heal();
            tailer.acknowledge();
            tailer.close();
            opened.close();
            try (WalManager after = Logs.open(copy);
                    WalTailer again = after.tail("one", 0)) {
                assertThat(drainRows(again)).containsExactly(2L);
            }
        }
        assertThat(calls).isEqualTo(5);
    }

    @Test
    void aConsumerBehindTheEndOfALogThatWasGivenUpMissesNothingOfWhatFollows() {
        for (long row = 0; row < 30; row++) {
            Logs.commitRow(wal, 0, row);
        }
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).hasSize(30);
            tailer.acknowledge();
        }
        wal.close();
        LogBytes.FrameAt damaged = LogBytes.batches(storage).get(5);
        LogBytes.flipBit(storage, damaged.file(), damaged.payloadOffset(), 1);
        wal = WalManager.open(
                Logs.options(storage).recoveryMode(RecoveryMode.STOP_AT_DAMAGE).build());
        Logs.commitRow(wal, 0, 100);
        reopen();
        Logs.commitRow(wal, 0, 101);

        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(100L, 101L);
        }
    }

    @Test
    void aTailerWakesNobodyAndReadsLittleWhenLittleIsCommitted() {
        try (WalTailer tailer = wal.tail(0)) {
            Logs.commitRow(wal, 0, 1);
            assertThat(drainRows(tailer)).hasSize(1);
            long before = storage.bytesRead();
            for (long row = 0; row < 20; row++) {
                long position = wal.status().position();
                Logs.commitRow(wal, 0, row);
                assertThat(drainRows(tailer)).hasSize(1);
                assertThat(storage.bytesRead() - before)
                        .as("bytes read for %d written", wal.status().position() - position)
                        .isLessThan(4 * (wal.status().position() - position));
                before = storage.bytesRead();
            }
        }
    }

    @Test
    void aBackupRemembersHowFarConsumersHadCome() {
        Logs.commitRow(wal, 0, 1);
        MemoryStorage copy = new MemoryStorage();
        try (WalTailer tailer = wal.tail("one", 0)) {
            assertThat(drainRows(tailer)).hasSize(1);
            tailer.acknowledge();
            Logs.commitRow(wal, 0, 2);
            wal.backup(copy);
        }
        try (WalManager copied = Logs.open(copy);
                WalTailer tailer = copied.tail("one", 0)) {
            assertThat(drainRows(tailer)).containsExactly(2L);
        }
    }

    @Test
    void theNameOfAConsumersFileTellsTheConsumer() {
        assertThat(FileNames.consumerId(FileNames.consumer("a.b-C_1"))).contains("a.b-C_1");
        assertThat(FileNames.consumerId("consumer-.pos")).isEmpty();
        assertThat(FileNames.consumerId("consumer-a.pos.tmp")).isEmpty();
    }
}
