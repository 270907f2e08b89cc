package dev.wal;

import static dev.wal.Logs.TABLE;
import static dev.wal.Logs.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalObserver;
import dev.wal.record.WalChange;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits of several threads, and what a commit waits for at each level. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GroupCommitTest {
    /** Where closing comes to run late, the others would write without end. */
    private static final int MOST_BESIDE_CLOSING = 1000;

    private static final Duration FORCE_TIME = Duration.ofMillis(1);

    private final MemoryStorage storage = new MemoryStorage();

    private WalManager open(Durability durability) {
        return WalManager.open(Logs.options(storage).durability(durability).build());
    }

    private static Stream<Durability> forcingLevels() {
        return Stream.of(Durability.synchronous(), Durability.groupCommit());
    }

    private static Stream<Durability> levels() {
        return Stream.concat(
                forcingLevels(), Stream.of(Durability.periodic(Duration.ofMillis(5)), Durability.noSync()));
    }

    /** Has threads commit rows, numbered over all threads. */
    private static List<Background<Void>> commitInThreads(WalManager wal, int threads, int commits) {
        List<Background<Void>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int first = thread * commits;
            running.add(Background.run(() ->
                    IntStream.range(first, first + commits).forEach(i -> Logs.commitRow(wal, i % Logs.PARTITIONS, i))));
        }
        return running;
    }

    // Writes.

    @Test
    void whoFindsAnotherOneWritingParksIfThatTakesLong() {
        try (WalManager wal = open(Durability.noSync());
                Hold hold = storage.hold(call -> call.isOfTheLog() && call.is(MemoryStorage.Op.WRITE))) {
            Background<CommitReceipt> first = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            Background<CommitReceipt> second = Background.call(() -> Logs.commitRow(wal, 1, 2));

            second.awaitParkedOrDone();

            assertThat(second.isDone()).isFalse();
            hold.release();
            first.result();
            second.result();
            assertThat(Logs.replayedRows(wal)).hasSize(2);
        }
    }

    // Forces.

    /** How many commits each force covered, without those that covered none, and how many batches were appended. */
    private static final class Forces implements WalObserver {
        private final List<Integer> commits = Collections.synchronizedList(new ArrayList<>());
        private final List<String> threads = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger appended = new AtomicInteger();

        @Override
        public void appended(int records, long bytes) {
            appended.incrementAndGet();
        }

        @Override
        public void forced(long nanos, int covered, ForceReason reason) {
            if (covered > 0) {
                commits.add(covered);
                threads.add(Thread.currentThread().getName());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void concurrentCommittersShareForces(Durability durability) {
        Forces forces = new Forces();
        WalOptions options =
                Logs.options(storage).durability(durability).observer(forces).build();
        try (WalManager wal = WalManager.open(options);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> leader = Background.call(() -> Logs.commitRow(wal, 0, 1_000));
            hold.awaitArrivals(1);
            int before = forces.appended.get();
            List<Background<Void>> followers = commitInThreads(wal, 15, 1);
            while (forces.appended.get() < before + 15) {
                Thread.onSpinWait();
            }

            hold.release();
            leader.result();
            followers.forEach(Background::result);

            assertThat(forces.commits).containsExactly(1, 15);
            assertThat(Logs.replayedRows(wal)).hasSize(16).doesNotHaveDuplicates();
        }
    }

    /** Time stands still, so that the log does nothing by itself, and a group waits until it is complete. */
    @Test
    void aThreadOfTheLogForcesForVirtualThreadsUnlessOneCommitsAlone() {
        Forces forces = new Forces();
        WalOptions options = Logs.options(storage)
                .durability(Durability.groupCommit())
                .observer(forces)
                .build();
        try (WalManager wal = WalManager.open(options, () -> 1, VirtualCallers::new)) {
            String alone = Thread.currentThread().getName();
            Logs.commitRow(wal, 0, 1_000);
            assertThat(forces.threads).containsExactly(alone);

            try (Hold hold = storage.hold(Call::forcesTheLog)) {
                Background<CommitReceipt> leader = Background.call(() -> Logs.commitRow(wal, 0, 1_001));
                hold.awaitArrivals(1);
                int before = forces.appended.get();
                List<Background<Void>> followers = commitInThreads(wal, 15, 1);
                while (forces.appended.get() < before + 15) {
                    Thread.onSpinWait();
                }
                followers.forEach(Background::awaitParkedOrDone);
                hold.release();
                leader.result();
                followers.forEach(Background::result);
            }

            assertThat(forces.commits).containsExactly(1, 1, 15);
            assertThat(forces.threads.get(2)).startsWith("wal-flusher");
        }
    }

    @Test
    void theThreadThatLeadsForVirtualThreadsIsWokenAlsoWhereItWaitsForAForceOfItsOwn() {
        WalOptions options = Logs.options(storage)
                .durability(Durability.periodic(Duration.ofMillis(200)))
                .build();
        try (WalManager wal = WalManager.open(options, System::nanoTime, VirtualCallers::new);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> leader = Background.call(() -> commitSynchronously(wal, 1));
            hold.awaitArrivals(1);
            Background<CommitReceipt> first = Background.call(() -> commitSynchronously(wal, 2));
            first.awaitParkedOrDone();
            long start = System.nanoTime();
            while (!flusherWaitsForAForce()) {
                assertThat(System.nanoTime() - start)
                        .isLessThan(Duration.ofSeconds(10).toNanos());
                Thread.onSpinWait();
            }
            Background<CommitReceipt> second = Background.call(() -> commitSynchronously(wal, 3));
            second.awaitParkedOrDone();

            hold.release();

            leader.result();
            first.result();
            second.result();
        }
    }

    private static CommitReceipt commitSynchronously(WalManager wal, long rowId) {
        try (WalTransaction transaction =
                wal.begin(TransactionOptions.defaults().withDurability(Durability.synchronous()))) {
            transaction.insert(TABLE, 0, rowId, row(rowId));
            return transaction.commit();
        }
    }

    private static boolean flusherWaitsForAForce() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("wal-flusher")
                        && entry.getKey().getState() == Thread.State.WAITING)
                .flatMap(entry -> Stream.of(entry.getValue()))
                .anyMatch(frame -> frame.getClassName().endsWith(".GroupForce")
                        && frame.getMethodName().equals("await"));
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void oneForceCoversAllWhoWaitedForTheOneBefore(Durability durability) {
        try (TimelessLog log = new TimelessLog(storage, durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            long before = storage.logForces();
            Background<Void> leader = Background.run(log::commit);
            hold.awaitArrivals(1);
            long commit = log.unforcedBytes();
            List<Background<Void>> followers = IntStream.range(0, 10)
                    .mapToObj(i -> Background.run(log::commit))
                    .toList();
            awaitAppended(log, 11 * commit);

            hold.release();
            leader.result();
            followers.forEach(Background::result);

            assertThat(storage.logForces() - before).isEqualTo(2);
        }
    }

    /** Whoever has appended by the time that a force begins is covered by it. */
    private static void awaitAppended(TimelessLog log, long bytes) {
        assertThat(bytes).isPositive();
        while (log.unforcedBytes() < bytes) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void aCommitterWhoComesAloneAfterManyWaitsForThemOnceAndNoLongerThanAForceTakes(Durability durability) {
        try (TimelessLog log = new TimelessLog(storage, durability)) {
            try (Hold hold = storage.hold(Call::forcesTheLog)) {
                Background<Void> leader = Background.run(log::commit);
                hold.awaitArrivals(1);
                long commit = log.unforcedBytes();
                List<Background<Void>> group = IntStream.range(0, 10)
                        .mapToObj(i -> Background.run(log::commit))
                        .toList();
                awaitAppended(log, 11 * commit);
                log.advance(FORCE_TIME);
                hold.release();
                leader.result();
                group.forEach(Background::result);
            }
            long before = storage.logForces();

            Background<Void> first = Background.run(log::commit);
            log.awaitWatchingTheClockOrDone(first);
            log.advance(FORCE_TIME);
            first.result();
            // Time stands still from here on: who waits for others at all waits for ever.
            IntStream.range(0, 3).forEach(i -> Background.run(log::commit).result());

            assertThat(storage.logForces() - before).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void aForceThatWasAskedForHidesNobodyWhoNeedsTheNextOne(Durability durability) {
        try (TimelessLog log = new TimelessLog(storage, durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<Void> leader = Background.run(log::commit);
            hold.awaitArrivals(1);
            Background<Void> sync = Background.run(log::sync);
            sync.awaitParkedOrDone();
            Background<Void> follower = Background.run(log::commit);
            follower.awaitParkedOrDone();

            hold.release();

            // Time stands still: nobody comes to the rescue of who is left waiting.
            leader.result();
            sync.result();
            follower.result();
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void aLoneCommitterForcesOncePerCommit(Durability durability) {
        try (TimelessLog log = new TimelessLog(storage, durability)) {
            long before = storage.logForces();

            IntStream.range(0, 25).forEach(i -> log.commit());

            assertThat(storage.logForces() - before).isEqualTo(25);
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void noCommitReturnsBeforeAForceThatBeganAfterItsWrite(Durability durability) {
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> leader = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            Background<Long> follower = Background.call(() -> wal.logInsert(TABLE, 1, 2, row(2)));
            follower.awaitParkedOrDone();

            assertThat(leader.isDone()).isFalse();
            assertThat(follower.isDone()).isFalse();
            assertThat(wal.status().partitions().get(0).durableLsn()).isEqualTo(-1);

            hold.release();
            leader.result();
            follower.result();
            assertThat(Logs.rowsIn(storage.powerCut(new Random(1)))).containsExactly(1L, 2L);
        }
    }

    @Test
    void withoutForceTheOperatingSystemHasTheBytesWhenACommitReturns() {
        try (WalManager wal = open(Durability.noSync())) {
            for (int i = 0; i < 50; i++) {
                Logs.commitRow(wal, i % Logs.PARTITIONS, i);

                assertThat(Logs.rowsIn(storage.kill())).hasSize(i + 1);
            }
        }
    }

    @Test
    void withoutForceTheOperatingSystemHasWhatCameBeforeACommitToo() {
        try (WalManager wal = open(Durability.noSync())) {
            wal.logBegin(0, 1, 0);
            wal.logInsert(1, TABLE, 0, 1, row(1));
            Logs.commitRow(wal, 1, 2);

            MemoryStorage killed = storage.kill();
            try (WalManager next = Logs.open(killed)) {
                assertThat(next.recover().get(0))
                        .hasSize(3)
                        .last()
                        .isInstanceOf(dev.wal.record.WalRecord.Rollback.class);
            }
        }
    }

    @Test
    void periodicCommitsAreAcknowledgedWithoutAForce() {
        try (TimelessLog log = new TimelessLog(storage, Durability.periodic(Duration.ofSeconds(10)))) {
            long before = storage.logForces();

            IntStream.range(0, 10).forEach(i -> log.commit());

            assertThat(storage.logForces()).isEqualTo(before);
        }
    }

    @Test
    void periodicAcknowledgesNothingWhileAnUnforcedCommitIsOlderThanTheInterval() {
        try (TimelessLog log = new TimelessLog(storage, Durability.periodic(Duration.ofSeconds(10)))) {
            log.commit();
            long before = storage.logForces();
            try (Hold hold = storage.hold(Call::forcesTheLog)) {
                log.advance(Duration.ofSeconds(11));
                Background<Void> late = Background.run(log::commit);
                hold.awaitArrivals(1);
                late.awaitParkedOrDone();

                assertThat(late.isDone()).isFalse();

                hold.release();
                late.result();
            }
            assertThat(storage.logForces()).isGreaterThan(before);
            assertThat(log.unforcedBytes()).isZero();
        }
    }

    // Interrupts.

    @ParameterizedTest
    @MethodSource("levels")
    void anInterruptThatCameBeforeACommitIsKeptAndHarmless(Durability durability) {
        try (WalManager wal = open(durability)) {
            boolean kept = Background.call(() -> {
                        Thread.currentThread().interrupt();
                        Logs.commitRow(wal, 0, 1);
                        return Thread.currentThread().isInterrupted();
                    })
                    .result();

            assertThat(kept).isTrue();
            Logs.commitRow(wal, 0, 2);
            assertThat(Logs.replayedRows(wal)).containsExactly(1L, 2L);
        }
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void anInterruptDuringTheWaitIsKeptAndDoesNotEndIt(Durability durability) {
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<Boolean> leader = Background.call(() -> commitAndTellInterrupt(wal, 1));
            hold.awaitArrivals(1);
            Background<Boolean> follower = Background.call(() -> commitAndTellInterrupt(wal, 2));
            follower.awaitParkedOrDone();

            leader.thread().interrupt();
            follower.thread().interrupt();
            follower.awaitParkedOrDone();
            assertThat(follower.isDone()).isFalse();

            hold.release();
            assertThat(leader.result()).isTrue();
            assertThat(follower.result()).isTrue();
            Logs.commitRow(wal, 0, 3);
            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
        }
    }

    private static boolean commitAndTellInterrupt(WalManager wal, long rowId) {
        Logs.commitRow(wal, 0, rowId);
        return Thread.currentThread().isInterrupted();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void interruptsAtAnyMomentAreHarmlessInMemory(Durability durability) {
        commitWithRandomInterrupts(storage, durability);
    }

    @ParameterizedTest
    @MethodSource("levels")
    void interruptsAtAnyMomentAreHarmlessInRealFiles(Durability durability, @TempDir Path directory) {
        commitWithRandomInterrupts(Storage.of(directory), durability);
    }

    private static void commitWithRandomInterrupts(Storage storage, Durability durability) {
        WalOptions options = Logs.options(storage).durability(durability).build();
        try (WalManager wal = WalManager.open(options)) {
            List<Background<Void>> running = commitInThreads(wal, 3, 60);
            Random random = new Random(5);
            while (!running.stream().allMatch(Background::isDone)) {
                running.get(random.nextInt(running.size())).thread().interrupt();
                Thread.yield();
            }
            running.forEach(Background::result);

            assertThat(wal.status().state()).isEqualTo(WalStatus.State.OPEN);
        }
        assertThat(Logs.rowsIn(storage)).hasSize(180).doesNotHaveDuplicates();
    }

    // Failures.

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void anErrorFromAForceFailsEverybodyWhoWaits(Durability durability) {
        InternalError error = new InternalError("a fault occurred in an unsafe memory access operation");
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            Background<CommitReceipt> leader = Background.call(() -> Logs.commitRow(wal, 0, 1));
            hold.awaitArrivals(1);
            List<Background<CommitReceipt>> followers = IntStream.range(2, 7)
                    .mapToObj(i -> Background.call(() -> Logs.commitRow(wal, i % Logs.PARTITIONS, i)))
                    .toList();
            CompletableFuture<CommitReceipt> async = commitAsync(wal, 7);
            followers.forEach(Background::awaitParkedOrDone);
            storage.failBy(call -> {
                if (call.forcesTheLog()) {
                    throw error;
                }
            });

            hold.release();

            assertThat(leader.failure())
                    .isInstanceOf(CommitUnknownException.class)
                    .hasRootCause(error);
            assertThat(followers)
                    .allSatisfy(follower -> assertThat(follower.failure())
                            .isInstanceOf(CommitUnknownException.class)
                            .hasRootCause(error));
            assertThatThrownBy(async::join)
                    .hasCauseInstanceOf(CommitUnknownException.class)
                    .hasRootCause(error);
            assertThatThrownBy(() -> Logs.commitRow(wal, 0, 8))
                    .isInstanceOf(WalFailedException.class)
                    .hasRootCause(error);
        }
    }

    @Test
    void anErrorFromAWriteFailsEverybodyWhoWaits() {
        OutOfMemoryError error = new OutOfMemoryError("of the machine");
        try (WalManager wal = open(Durability.groupCommit())) {
            storage.failBy(call -> {
                if (call.is(MemoryStorage.Op.WRITE)) {
                    throw error;
                }
            });

            assertThat(commitInThreads(wal, 4, 1))
                    .allSatisfy(committer -> assertThat(committer.failure())
                            .isInstanceOf(WalFailedException.class)
                            .hasRootCause(error));
            assertThat(wal.status().failure()).contains(error);
        }
    }

    // Closing.

    @ParameterizedTest
    @MethodSource("levels")
    void closingBesideCommitsLosesNoneThatWasAcknowledged(Durability durability) {
        for (int round = 0; round < 15; round++) {
            MemoryStorage own = new MemoryStorage();
            WalManager wal =
                    WalManager.open(Logs.options(own).durability(durability).build());
            Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicLong next = new AtomicLong();
            int closeAfter = 20 + round * 10;
            List<Background<Void>> running = IntStream.range(0, 4)
                    .mapToObj(i -> Background.run(() -> commitUntilClosed(wal, next, acknowledged, closeAfter)))
                    .toList();
            running.forEach(Background::result);

            List<Long> found = Logs.rowsIn(own);
            assertThat(found).doesNotHaveDuplicates();
            assertThat(new HashSet<>(found)).containsAll(acknowledged);
            assertThat(acknowledged).hasSizeGreaterThan(closeAfter - 4);
            assertThat(own.openFiles()).isZero();
        }
    }

    /** One of the threads closes the log: nobody has to come to it while the others go on. */
    private static void commitUntilClosed(WalManager wal, AtomicLong next, Set<Long> acknowledged, int closeAfter) {
        for (long rowId = next.getAndIncrement();
                rowId < closeAfter + MOST_BESIDE_CLOSING;
                rowId = next.getAndIncrement()) {
            if (rowId == closeAfter) {
                wal.close();
                return;
            }
            try {
                Logs.commitRow(wal, (int) (rowId % Logs.PARTITIONS), rowId);
                acknowledged.add(rowId);
            } catch (WalClosedException closed) {
                return;
            }
        }
    }

    // Asynchronous commits.

    private static CompletableFuture<CommitReceipt> commitAsync(WalManager wal, long rowId) {
        WalTransaction transaction = wal.begin();
        transaction.insert(TABLE, (int) (rowId % Logs.PARTITIONS), rowId, row(rowId));
        return transaction.commitAsync();
    }

    @ParameterizedTest
    @MethodSource("forcingLevels")
    void asynchronousCommitsAreToldInLogOrderAfterTheForce(Durability durability) {
        try (WalManager wal = open(durability);
                Hold hold = storage.hold(Call::forcesTheLog)) {
            List<Long> told = Collections.synchronizedList(new ArrayList<>());
            List<CompletableFuture<Void>> futures = IntStream.range(0, 50)
                    .mapToObj(i -> commitAsync(wal, i).thenAccept(receipt -> told.add(receipt.position())))
                    .toList();
            hold.awaitArrivals(1);

            assertThat(futures).noneMatch(CompletableFuture::isDone);

            hold.release();
            futures.forEach(CompletableFuture::join);
            assertThat(told).hasSize(50).isSorted();
            assertThat(told)
                    .isEqualTo(
                            Logs.replay(wal).stream().map(WalChange::position).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("levels")
    void asynchronousCommitsOfSeveralThreadsAreAllTold(Durability durability) {
        try (WalManager wal = open(durability)) {
            List<Background<List<CompletableFuture<CommitReceipt>>>> threads = IntStream.range(0, 3)
                    .mapToObj(thread -> Background.call(() -> IntStream.range(0, 100)
                            .mapToObj(i -> commitAsync(wal, thread * 100L + i))
                            .toList()))
                    .toList();

            threads.forEach(thread -> thread.result().forEach(CompletableFuture::join));

            assertThat(Logs.replayedRows(wal)).hasSize(300).doesNotHaveDuplicates();
        }
    }

    @Test
    void cancellingHasNoEffectOnTheCommit() {
        try (WalManager wal = open(Durability.groupCommit());
                Hold hold = storage.hold(Call::forcesTheLog)) {
            CompletableFuture<CommitReceipt> cancelled = commitAsync(wal, 1);
            assertThat(cancelled.cancel(true)).isTrue();
            hold.release();

            commitAsync(wal, 2).join();
            assertThat(Logs.replayedRows(wal)).containsExactly(1L, 2L);
        }
    }

    @ParameterizedTest
    @MethodSource("levels")
    void aDependentMayCommitAgain(Durability durability) {
        try (WalManager wal = open(durability)) {
            CompletableFuture<CommitReceipt> chain = commitAsync(wal, 0);
            for (int i = 1; i < 20; i++) {
                int rowId = i;
                chain = chain.thenApply(receipt -> Logs.commitRow(wal, 0, rowId));
            }

            Background.call(chain::join).result();

            assertThat(Logs.replayedRows(wal)).hasSize(20).isSorted();
        }
    }

    @Test
    void aDependentThatThrowsHurtsNobodyElse() {
        try (WalManager wal = open(Durability.groupCommit())) {
            CompletableFuture<Void> faulty = commitAsync(wal, 1).thenRun(() -> {
                throw new AssertionError("of the dependent");
            });

            commitAsync(wal, 2).join();
            assertThatThrownBy(faulty::join).hasRootCauseMessage("of the dependent");
        }
    }

    @Test
    void aTransactionListenerThatThrowsHurtsNobodyElse() {
        try (WalManager wal = open(Durability.groupCommit())) {
            WalTransaction transaction = wal.begin();
            transaction.insert(TABLE, 0, 1, row(1));
            transaction.addListener(new WalTransaction.Listener() {
                @Override
                public void completed(WalTransaction.Outcome outcome) {
                    throw new AssertionError("of the listener");
                }
            });
            transaction.commitAsync();

            CompletableFuture<CommitReceipt> next = commitAsync(wal, 2);

            assertThat(Background.call(next::join).result().position()).isPositive();
        }
    }

    @Test
    void afterAFailureAsynchronousCommitsFailInLogOrder() {
        try (WalManager wal = open(Durability.groupCommit());
                Hold hold = storage.hold(Call::forcesTheLog)) {
            List<Integer> told = Collections.synchronizedList(new ArrayList<>());
            List<CompletableFuture<Void>> futures = IntStream.range(0, 20)
                    .mapToObj(i -> commitAsync(wal, i).handle((receipt, failure) -> {
                        assertThat(failure).hasRootCauseInstanceOf(IOException.class);
                        told.add(i);
                        return (Void) null;
                    }))
                    .toList();
            CompletableFuture<CommitReceipt> last = commitAsync(wal, 20);
            storage.failFrom(1, Call::forcesTheLog);

            hold.release();

            futures.forEach(future -> Background.call(future::join).result());
            assertThat(told).hasSize(20).isSorted();
            assertThatThrownBy(last::get).hasCauseInstanceOf(CommitUnknownException.class);
            assertThatThrownBy(() -> commitAsync(wal, 21)).isInstanceOf(WalFailedException.class);
        }
    }

    @Test
    void closingTellsEveryAsynchronousCommit() {
        for (int round = 0; round < 20; round++) {
            MemoryStorage own = new MemoryStorage();
            WalManager wal = Logs.open(own);
            List<CompletableFuture<CommitReceipt>> futures =
                    IntStream.range(0, 30).mapToObj(i -> commitAsync(wal, i)).toList();

            wal.close();

            futures.forEach(future -> Background.call(future::join).result());
            assertThat(Logs.rowsIn(own)).hasSize(30);
        }
    }
}
