package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.LogBytes.FrameAt;
import dev.wal.common.Durability;
import dev.wal.common.WalSpaceException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Going on in the next segment. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RollOverTest {
    private final MemoryStorage storage = new MemoryStorage();

    private static void commitLarge(WalManager wal, long rowId) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, rowId, Logs.large(7_000));
            transaction.commit();
        }
    }

    /** Behind a seal there is nothing: a transaction that was said to begin there would have a checkpoint keep a redo position at which no start finds a frame. */
    @Test
    void whoeverAsksForTheEndWhileItMovesOnIsToldAPlaceWhereAFrameBegins() {
        Set<Long> seen = new TreeSet<>();
        try (WalManager wal = Logs.open(storage)) {
            storage.failBy(call -> {
                if (call.is(Op.WRITE) && call.isOfTheLog()) {
                    seen.add(wal.checkpointSource().appended());
                }
            });
            for (long rowId = 0; rowId < 6; rowId++) {
                commitLarge(wal, rowId);
            }
            storage.heal();
        }

        assertThat(LogBytes.usedSegments(storage)).hasSizeGreaterThan(2);
        assertThat(seen).hasSizeGreaterThan(5);
        assertThat(LogBytes.frames(storage).stream().map(FrameAt::position)).containsAll(seen);
    }

    private static Stream<Durability> levels() {
        return Stream.of(Durability.synchronous(), Durability.groupCommit(), Durability.noSync());
    }

    @ParameterizedTest
    @MethodSource("levels")
    void manyThreadsMakeEachSegmentOnce(Durability durability) {
        try (WalManager wal =
                WalManager.open(Logs.options(storage).durability(durability).build())) {
            List<Background<Void>> threads = IntStream.range(0, 6)
                    .mapToObj(thread -> Background.run(() ->
                            IntStream.range(0, 60).forEach(i -> commitLarge(wal, thread * 60L + i))))
                    .toList();
            threads.forEach(Background::result);
        }

        List<String> segments = LogBytes.segments(storage);
        assertThat(segments).hasSizeGreaterThan(300);
        assertThat(segments)
                .filteredOn(name ->
                        storage.count(call -> call.is(Op.RENAME) && call.file().equals(name)) != 1)
                .as("segments that were made twice")
                .isEmpty();
        assertThat(Logs.rowsIn(storage)).hasSize(360).doesNotHaveDuplicates();
    }

    /** The threads of a log, but for the one that forces the first full segment: that the test does. */
    private static final class FullSegmentByHand extends OwnThreadsBut {
        private final CompletableFuture<Runnable> force;

        private FullSegmentByHand(String log, CompletableFuture<Runnable> force) {
            super(log);
            this.force = force;
        }

        @Override
        public void forceFullSegments(Runnable task) {
            if (!force.complete(task)) {
                super.forceFullSegments(task);
            }
        }
    }

    @Test
    void aForceIsNotHurtByTheSegmentBecomingFullMeanwhile() {
        AtomicBoolean first = new AtomicBoolean(true);
        CompletableFuture<Runnable> forceFull = new CompletableFuture<>();
        try (WalManager wal = WalManager.open(
                        Logs.options(storage).build(),
                        System::nanoTime,
                        name -> new FullSegmentByHand(name, forceFull));
                Hold hold = storage.hold(call -> call.forcesTheLog() && first.getAndSet(false))) {
            Background<Void> leader = Background.run(() -> commitLarge(wal, 1));
            hold.awaitArrivals(1);
            long closings = storage.closings(FileNames.segment(1));
            Background<Void> follower = Background.run(() -> commitLarge(wal, 2));
            Background<Void> background = Background.run(forceFull.join());
            follower.awaitParkedOrDone();
            background.awaitParkedOrDone();

            // It waits for the force under way: the file must not be closed before that.
            assertThat(background.isDone()).isFalse();
            assertThat(storage.closings(FileNames.segment(1))).isEqualTo(closings);

            hold.release();

            leader.result();
            follower.result();
            background.result();
            assertThat(storage.closings(FileNames.segment(1))).isEqualTo(closings + 1);
            commitLarge(wal, 3);
        }
        assertThat(Logs.rowsIn(storage)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anAppendThatChangesTheSegmentDoesNotWaitForTheForceUnderWay() {
        try (WalManager wal = Logs.open(storage);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<Void> leader = Background.run(() -> commitLarge(wal, 1));
            hold.awaitArrivals(1);

            Background<Void> writer = Background.run(() -> {
                wal.logBegin(1, 7, 0);
                wal.logInsert(7, Logs.TABLE, 1, 2, Logs.large(7_000));
                wal.logInsert(7, Logs.TABLE, 1, 3, Logs.large(100));
            });
            writer.result();
            assertThat(wal.status().segments()).isEqualTo(2);
            assertThat(leader.isDone()).isFalse();

            hold.release();
            leader.result();
        }
    }

    @Test
    void commitsGoOnInTheNextSegmentWhileTheFullOneIsForced() {
        try (WalManager wal = WalManager.open(
                        Logs.options(storage).durability(Durability.noSync()).build());
                Hold hold =
                        storage.hold(call -> call.is(Op.FORCE) && call.file().equals(FileNames.segment(1)))) {
            Background.run(() -> {
                        commitLarge(wal, 1);
                        commitLarge(wal, 2);
                    })
                    .result();
            hold.awaitArrivals(1);

            Background.run(() -> Logs.commitRow(wal, 0, 3)).result();

            assertThat(wal.status().segments()).isEqualTo(2);
            hold.release();
        }
        assertThat(Logs.rowsIn(storage)).containsExactly(1L, 2L, 3L);
    }

    private static Stream<Durability> allLevels() {
        return Stream.concat(levels(), Stream.of(Durability.periodic(Duration.ofHours(1))));
    }

    @ParameterizedTest
    @MethodSource("allLevels")
    void aFullSegmentIsForcedInTheBackgroundAtEveryLevel(Durability durability) {
        try (WalManager wal =
                WalManager.open(Logs.options(storage).durability(durability).build())) {
            commitLarge(wal, 1);
            long closings = storage.closings(FileNames.segment(1));
            commitLarge(wal, 2);
            // It is closed once it was forced.
            while (storage.closings(FileNames.segment(1)) == closings) {
                Thread.onSpinWait();
            }

            for (int seed = 0; seed < 20; seed++) {
                assertThat(Logs.rowsIn(storage.powerCut(new Random(seed)))).startsWith(1L);
            }
        }
    }

    private static boolean makesASegment(Call call) {
        return call.file().endsWith(FileNames.TEMPORARY_SUFFIX) && call.file().startsWith("segment-");
    }

    @Test
    void aFullDiskRefusesCommitsAndHeals() {
        try (WalManager wal = Logs.open(storage)) {
            storage.failBy(call -> {
                if (makesASegment(call)) {
                    throw new java.io.IOException("No space left on device");
                }
            });
            int acknowledged = commitUntilRefused(wal);
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
            assertThat(Logs.replayedRows(wal)).hasSize(acknowledged);
            assertThatThrownBy(() -> commitLarge(wal, 1_001)).isInstanceOf(WalSpaceException.class);

            storage.heal();
            Background.run(() -> commitAgain(wal)).result();

            assertThat(Logs.replayedRows(wal)).hasSize(acknowledged + 1).endsWith(2_000L);
        }
        assertThat(Logs.rowsIn(storage)).doesNotContain(1_000L, 1_001L).endsWith(2_000L);
    }

    private static int commitUntilRefused(WalManager wal) {
        for (int i = 0; i < 20; i++) {
            try {
                commitLarge(wal, i);
            } catch (WalSpaceException full) {
                assertThat(full).hasRootCauseMessage("No space left on device");
                return i;
            }
        }
        throw new AssertionError("never refused");
    }

    /** A refusal may still tell of the failure before; the log heals by itself. */
    private static void commitAgain(WalManager wal) {
        while (true) {
            try {
                commitLarge(wal, 2_000);
                return;
            } catch (WalSpaceException notYet) {
                Thread.onSpinWait();
            }
        }
    }
}
