package dev.wal.listener;

import static dev.wal.listener.ListenedLog.OTHER_TABLE;
import static dev.wal.listener.ListenedLog.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.common.WalStorageException;
import dev.wal.listener.ListenedLog.Taken;
import dev.wal.record.WalChange;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners: what they are handed, how they go on, and how they are controlled. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WalListenersTest {
    private final ListenedLog log = new ListenedLog();

    @AfterEach
    void close() {
        log.close();
    }

    private static ListenerOptions.Builder options() {
        return ListenerOptions.builder("one");
    }

    private ListenerStatus status() {
        return log.listeners().status("one");
    }

    // What is handed over.

    @Test
    void aNewListenerIsHandedWhatIsCommittedAfterItsStartInCommitOrder() {
        log.commit(1);
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(2, 3, 6);
        log.commit(4);
        log.commit(5);

        assertThat(taken.await(5)).containsExactly(2L, 3L, 6L, 4L, 5L);
        assertThat(taken.changes()).extracting(WalChange::position).isSorted();
    }

    @Test
    void aNewListenerMayBeginAtTheBeginningOfTheLog() {
        log.commit(1);
        log.fillSegments(3);
        log.wal().checkpointAll();
        assertThat(log.wal().firstPosition()).isPositive();
        log.commit(2);
        Taken taken = new Taken();
        log.start(options().startAt(StartAt.BEGINNING).tables(TABLE), taken);

        assertThat(taken.await(1)).containsExactly(2L);
    }

    @Test
    void aListenerHearsOfItsTablesAlone() {
        Taken taken = new Taken();
        log.start(options().tables(TABLE, "unused"), taken);
        log.commitTo(OTHER_TABLE, 1);
        log.commit(2);
        log.commitTo(OTHER_TABLE, 3);
        log.commit(4);

        assertThat(taken.await(2)).containsExactly(2L, 4L);
        log.awaitIdle("one");
        assertThat(taken.rows()).hasSize(2);
    }

    @Test
    void aListenerGoesOnWhereItWasAfterARestart() {
        Taken before = new Taken();
        log.start(options(), before);
        log.commit(1);
        before.await(1);
        log.reopen();
        log.commit(2);
        Taken after = new Taken();
        log.start(options(), after);
        log.commit(3);

        assertThat(after.await(2)).containsExactly(2L, 3L);
    }

    @Test
    void aCrashHandsOverAgainWhatWasNotAcknowledged() {
        Taken before = new Taken();
        log.start(options(), before);
        log.commit(1);
        log.commit(2);
        before.await(2);
        log.crash(log.storage().kill());
        Taken after = new Taken();
        log.start(options(), after);
        log.commit(3);

        assertThat(after.await(3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void notMoreThanAThousandBatchesAreUnacknowledged() {
        Taken before = new Taken();
        log.start(options(), before);
        for (long row = 1; row <= 2500; row++) {
            log.commit(row);
        }
        before.await(2500);
        log.crash(log.storage().kill());
        Taken after = new Taken();
        log.start(options(), after);
        log.commit(2501);
        Await.until(() -> after.rows().contains(2501L));

        List<Long> again = after.rows();
        assertThat(again).hasSizeLessThanOrEqualTo(ListenerLoop.MAX_UNACKNOWLEDGED + 1);
        assertThat(again)
                .isEqualTo(LongStream.rangeClosed(again.get(0), 2501).boxed().toList());
    }

    @Test
    void whatIsDoneIsAcknowledgedAfterASecond() {
        Taken taken = new Taken();
        log.start(options(), taken);
        long start = log.wal().consumers().get(0).position();
        log.commit(1);
        taken.await(1);
        log.timing().advance(ListenerLoop.MAX_UNACKNOWLEDGED_TIME);
        log.commit(2);
        taken.await(2);

        Await.until(() -> log.wal().consumers().get(0).position() > start);
    }

    @Test
    void tenListenersEachGetEverything() {
        List<Taken> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Taken taken = new Taken();
            log.start(ListenerOptions.builder("listener-" + i), taken);
            all.add(taken);
        }
        List<Long> rows = LongStream.range(0, 200).boxed().toList();
        rows.forEach(log::commit);

        assertThat(all).allSatisfy(taken -> assertThat(taken.await(200)).isEqualTo(rows));
        assertThat(log.listeners().statuses())
                .extracting(ListenerStatus::id)
                .containsExactlyElementsOf(log.listeners().ids());
    }

    @Test
    void aSlowListenerHoldsUpNobodyElse() {
        CountDownLatch release = new CountDownLatch(1);
        log.start(ListenerOptions.builder("slow"), change -> Await.latch(release));
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(1);
        log.commit(2);

        assertThat(taken.await(2)).containsExactly(1L, 2L);
        log.awaitIdle("one");
        assertThat(log.listeners().status("slow").lagBytes()).isPositive();
        Await.until(() -> status().lagBytes() == 0);
        release.countDown();
        log.awaitIdle("slow");
    }

    @Test
    void aListenerMayWriteToTheLog() {
        Taken written = new Taken();
        log.start(ListenerOptions.builder("written").tables(OTHER_TABLE), written);
        log.start(options().tables(TABLE), change -> log.commitTo(OTHER_TABLE, change.rowId() + 100));
        log.commit(1, 2);
        log.commit(3);

        assertThat(written.await(3)).containsExactly(101L, 102L, 103L);
    }

    @Test
    void aListenerMayCheckpointTheLogThatItListensTo() {
        Taken taken = new Taken();
        log.start(options(), change -> {
            log.wal().checkpointAll();
            taken.handle(change);
        });
        log.commit(1);
        log.commit(2);

        assertThat(taken.await(2)).containsExactly(1L, 2L);
    }

    // Failures of the handler.

    @Test
    void aChangeThatFailsIsTriedAgainAloneAfterGrowingWaits() {
        Taken tried = new Taken();
        log.start(options().backOff(new BackOff(Duration.ofMillis(10), 3, Duration.ofMillis(100))), change -> {
            tried.handle(change);
            if (change.rowId() == 2 && tried.rows().size() <= 5) {
                throw new IllegalStateException("not yet");
            }
        });
        log.commit(1, 2, 3);
        log.commit(4);

        assertThat(tried.await(8)).containsExactly(1L, 2L, 2L, 2L, 2L, 2L, 3L, 4L);
        assertThat(log.timing().waits())
                .containsExactly(
                        Duration.ofMillis(10), Duration.ofMillis(30), Duration.ofMillis(90), Duration.ofMillis(100));
        log.awaitIdle("one");
        assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
        assertThat(status().tries()).isZero();
        assertThat(status().handedOver()).isEqualTo(4);
        assertThat(status().lastFailure()).hasValueSatisfying(failure -> {
            assertThat(failure.error()).isEqualTo(IllegalStateException.class.getName());
            assertThat(failure.message()).isEqualTo("not yet");
            assertThat(failure.change()).hasValueSatisfying(change -> {
                assertThat(change.table()).isEqualTo(TABLE);
                assertThat(change.partition()).isEqualTo(2);
                assertThat(change.tries()).isEqualTo(4);
            });
        });
    }

    @Test
    void aListenerStopsAfterTheLastTryAndGoesOnFromTheChangeThatFailed() {
        AtomicBoolean healed = new AtomicBoolean();
        Taken tried = new Taken();
        log.start(options().tries(3), change -> {
            tried.handle(change);
            if (change.rowId() == 2 && !healed.get()) {
                throw new IOException("unreachable");
            }
        });
        log.commit(1, 2, 3);
        log.awaitState("one", ListenerState.FAILED);
        assertThat(tried.rows()).containsExactly(1L, 2L, 2L, 2L);
        assertThat(status().tries()).isEqualTo(3);
        assertThat(status().lagBytes()).isPositive();

        healed.set(true);
        log.listeners().start("one");

        assertThat(tried.await(6)).containsExactly(1L, 2L, 2L, 2L, 2L, 3L);
    }

    @Test
    void afterARestartTheWholeBatchOfAChangeThatFailedComesAgain() {
        log.start(options().tries(1), change -> {
            if (change.rowId() == 2) {
                throw new IllegalStateException("never");
            }
        });
        log.commit(1, 2, 3);
        log.awaitState("one", ListenerState.FAILED);
        log.reopen();
        Taken after = new Taken();
        log.start(options(), after);

        assertThat(after.await(3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aPolicyMaySkipWhatFailsAndRecordsIt() {
        Taken taken = new Taken();
        log.start(options().tries(2).failurePolicy(FailurePolicy.SKIP), change -> {
            if (change.rowId() % 2 == 0) {
                throw new IllegalArgumentException("even");
            }
            taken.handle(change);
        });
        log.commit(1, 2, 3);
        log.commit(4);
        log.commit(5);

        assertThat(taken.await(3)).containsExactly(1L, 3L, 5L);
        log.awaitIdle("one");
        assertThat(status().skipped()).isEqualTo(2);
        log.reopen();
        log.listeners().add(options().build(), taken);
        assertThat(log.listeners().skipped("one").total()).isEqualTo(2);
        assertThat(log.listeners().skipped("one").last()).hasSize(2).first().satisfies(skipped -> {
            assertThat(skipped.table()).isEqualTo(TABLE);
            assertThat(skipped.partition()).isEqualTo(2);
            assertThat(skipped.lsn()).isEqualTo(1);
            assertThat(skipped.tries()).isEqualTo(2);
            assertThat(skipped.error()).isEqualTo(IllegalArgumentException.class.getName());
            assertThat(skipped.message()).isEqualTo("even");
        });
    }

    @Test
    void removingTheConsumerForgetsWhatItHasSkipped() {
        log.start(options().tries(1).failurePolicy(FailurePolicy.SKIP), change -> {
            throw new IllegalArgumentException("poison");
        });
        log.commit(1);
        Await.until(() -> status().skipped() == 1);
        log.stop("one");
        assertThat(log.storage().list()).contains("skipped-one.log", "consumer-one.pos");

        log.storage().failOnce(1, call -> call.is(Op.DELETE) && call.file().startsWith("consumer-"));
        assertThatExceptionOfType(WalStorageException.class)
                .isThrownBy(() -> log.wal().removeConsumer("one"));
        log.wal().removeConsumer("one");

        assertThat(log.storage().list()).doesNotContain("skipped-one.log", "consumer-one.pos");
        assertThat(status().skipped()).isZero();
        log.reopen();
        assertThat(log.wal().skips().of("one").total()).isZero();
    }

    @Test
    void whatIsSkippedIsOnRecordBeforeWhatFollowsIsHandedOver() {
        List<Long> recorded = new CopyOnWriteArrayList<>();
        log.start(options().tries(1).failurePolicy(FailurePolicy.SKIP), change -> {
            if (change.rowId() == 1) {
                throw new IllegalArgumentException("one");
            }
            recorded.add(log.wal().skips().of("one").total());
        });
        AtomicBoolean failed = new AtomicBoolean();
        log.storage().failBy(call -> {
            if (call.file().startsWith("skipped-") && failed.compareAndSet(false, true)) {
                throw new IOException("injected");
            }
        });
        log.commit(1, 2);

        Await.until(() -> recorded.size() == 1);
        assertThat(recorded).containsExactly(1L);
        assertThat(failed).isTrue();
        assertThat(status().lastFailure())
                .hasValueSatisfying(failure -> assertThat(failure.message()).contains("injected"));
    }

    @Test
    void aChangeThatStoppedAListenerCanBeSkipped() {
        Taken taken = new Taken();
        log.start(options().tries(1), change -> {
            if (change.rowId() == 2) {
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1, 2, 3);
        log.awaitState("one", ListenerState.FAILED);

        log.listeners().skip("one");

        assertThat(taken.await(2)).containsExactly(1L, 3L);
        assertThat(log.listeners().skipped("one").last()).hasSize(1);
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().skip("one"));
    }

    @Test
    void aChangeThatIsTriedAgainCanBeSkipped() {
        log.timing().endless();
        Taken taken = new Taken();
        log.start(options(), change -> {
            if (change.rowId() == 1) {
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1, 2);
        log.awaitState("one", ListenerState.BACKING_OFF);
        assertThat(status().tries()).isEqualTo(1);

        log.listeners().skip("one");

        assertThat(taken.await(1)).containsExactly(2L);
        assertThat(status().skipped()).isEqualTo(1);
    }

    @Test
    void aSkipThatCannotBeRecordedWaitsForTheDisk() {
        log.timing().endless();
        Taken taken = new Taken();
        log.start(options(), change -> {
            if (change.rowId() == 1) {
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1, 2);
        log.awaitState("one", ListenerState.BACKING_OFF);
        log.storage().failFrom(1, call -> call.file().startsWith("skipped-"));
        log.listeners().skip("one");
        Await.until(() -> log.timing().waits().size() == 2);
        assertThat(status().state()).isEqualTo(ListenerState.BACKING_OFF);
        assertThat(taken.rows()).isEmpty();

        log.storage().heal();
        log.timing().timeFlies();
        log.listeners().skip("one");

        assertThat(taken.await(1)).containsExactly(2L);
        assertThat(status().skipped()).isEqualTo(1);
        assertThat(log.timing().waits()).hasSizeLessThan(5);
    }

    @Test
    void aSkipThatComesWhileTheListenerEndsBecauseOfTheChangeIsNotLost() {
        Taken taken = new Taken();
        try (Hold ending = startOneThatFailsAtRow2(taken)) {
            assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
            log.listeners().skip("one");
            ending.release();

            assertThat(taken.await(2)).containsExactly(1L, 3L);
        }
        assertThat(status().skipped()).isEqualTo(1);
        assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
        log.commit(4);
        assertThat(taken.await(3)).endsWith(4L);
    }

    @Test
    void aListenerThatIsStoppedWhileItEndsIsNotStartedByASkip() {
        Taken taken = new Taken();
        try (Hold ending = startOneThatFailsAtRow2(taken)) {
            log.listeners().skip("one");
            assertThat(log.listeners().stop("one", Duration.ZERO)).isFalse();
            ending.release();
            log.stop("one");
        }
        assertThat(status().state()).isEqualTo(ListenerState.FAILED);
        assertThat(taken.rows()).containsExactly(1L);

        log.listeners().start("one");

        assertThat(taken.await(2)).containsExactly(1L, 3L);
        assertThat(status().skipped()).isEqualTo(1);
    }

    /** Returns when it has failed for good, and ends: it waits while it acknowledges. */
    private Hold startOneThatFailsAtRow2(Taken taken) {
        AtomicBoolean hasFailed = new AtomicBoolean();
        Hold ending = log.storage()
                .hold(call ->
                        hasFailed.get() && call.is(Op.CREATE) && call.file().startsWith("consumer-"));
        log.start(options().tries(1), change -> {
            if (change.rowId() == 2) {
                hasFailed.set(true);
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1);
        log.commit(2);
        log.commit(3);
        ending.awaitArrivals(1);
        return ending;
    }

    @Test
    void aSkipIsForTheChangeThatHadFailedAndNoOther() {
        AtomicBoolean earlierFails = new AtomicBoolean();
        Taken taken = new Taken();
        log.start(options().fromCheckpoint().tries(2), change -> {
            if (change.rowId() == 2 || (change.rowId() == 1 && earlierFails.get())) {
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1);
        log.commit(2);
        log.awaitState("one", ListenerState.FAILED);
        earlierFails.set(true);

        log.listeners().skip("one");

        log.awaitState("one", ListenerState.FAILED);
        assertThat(status().skipped()).isZero();
        assertThat(taken.rows()).containsExactly(1L);
    }

    @Test
    void aSkipDoesNotStartAListenerThatWasStoppedByHand() {
        log.timing().endless();
        Taken taken = new Taken();
        log.start(options(), change -> {
            if (change.rowId() == 1) {
                throw new IllegalArgumentException("poison");
            }
            taken.handle(change);
        });
        log.commit(1, 2);
        log.awaitState("one", ListenerState.BACKING_OFF);
        log.stop("one");

        log.listeners().skip("one");
        assertThat(status().state()).isEqualTo(ListenerState.STOPPED);
        log.listeners().start("one");

        assertThat(taken.await(1)).containsExactly(2L);
        assertThat(status().skipped()).isEqualTo(1);
    }

    @Test
    void anErrorStopsAtOnceWhateverThePolicy() {
        for (Error error :
                List.of(new AssertionError("wrong"), new StackOverflowError(), new LinkageError("missing"))) {
            String id = error.getClass().getSimpleName();
            log.start(ListenerOptions.builder(id).failurePolicy(FailurePolicy.SKIP), change -> {
                throw error;
            });
            log.commit(1);
            log.awaitState(id, ListenerState.FAILED);
            ListenerStatus failed = log.listeners().status(id);
            assertThat(failed.tries()).isEqualTo(1);
            assertThat(failed.skipped()).isZero();
            assertThat(failed.lastFailure())
                    .hasValueSatisfying(failure -> assertThat(failure.error())
                            .isEqualTo(error.getClass().getName()));
        }
    }

    @Test
    void aHandlerThatLeavesItsThreadInterruptedIsHandedTheNextChange() {
        AtomicBoolean interrupted = new AtomicBoolean();
        Taken taken = new Taken();
        log.start(options(), change -> {
            interrupted.compareAndSet(false, Thread.currentThread().isInterrupted());
            taken.handle(change);
            Thread.currentThread().interrupt();
        });
        log.commit(1, 2);
        log.commit(3);

        assertThat(taken.await(3)).containsExactly(1L, 2L, 3L);
        assertThat(interrupted).isFalse();
        log.stop("one");
    }

    // Control.

    @Test
    void aPausedListenerIsHandedNothingUntilItIsResumed() {
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(1);
        taken.await(1);
        log.awaitIdle("one");
        log.listeners().pause("one");
        log.awaitState("one", ListenerState.PAUSED);
        log.commit(2);
        assertThat(status().lagBytes()).isPositive();
        assertThat(taken.rows()).hasSize(1);

        log.listeners().resume("one");

        assertThat(taken.await(2)).containsExactly(1L, 2L);
        assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
    }

    @Test
    void aPauseTakesEffectBetweenTwoChangesOfATransaction() {
        Taken taken = new Taken();
        log.start(options(), change -> {
            if (change.rowId() == 2) {
                log.listeners().pause("one");
            }
            taken.handle(change);
        });
        log.commit(1, 2, 3);
        log.awaitState("one", ListenerState.PAUSED);
        assertThat(taken.rows()).containsExactly(1L, 2L);

        log.listeners().resume("one");

        assertThat(taken.await(3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aListenerThatWaitsToTryAgainCanBePausedAndStopped() {
        log.timing().endless();
        Taken tried = new Taken();
        log.start(options(), change -> {
            tried.handle(change);
            throw new IllegalStateException("never");
        });
        log.commit(1);
        log.awaitState("one", ListenerState.BACKING_OFF);
        log.listeners().pause("one");
        log.awaitState("one", ListenerState.PAUSED);
        log.listeners().resume("one");
        tried.await(2);
        log.awaitState("one", ListenerState.BACKING_OFF);
        assertThat(status().tries()).isEqualTo(2);

        log.stop("one");

        assertThat(status().state()).isEqualTo(ListenerState.STOPPED);
    }

    @Test
    void stoppingWaitsForTheChangeInHand() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Taken taken = new Taken();
        log.start(options(), change -> {
            begun.countDown();
            Await.latch(release);
            taken.handle(change);
        });
        log.commit(1, 2);
        Await.latch(begun);
        assertThat(log.listeners().stop("one", Duration.ZERO)).isFalse();
        assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().start("one"));
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().pause("one"));
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().reset("one", 0));

        release.countDown();
        log.stop("one");

        assertThat(taken.rows()).containsExactly(1L);
        log.listeners().start("one");
        assertThat(taken.await(2)).containsExactly(1L, 2L);
    }

    @Test
    void aHandlerMayStopItsOwnListener() {
        Taken taken = new Taken();
        log.start(options(), change -> {
            taken.handle(change);
            assertThat(log.listeners().stop("one", Await.PATIENCE)).isFalse();
        });
        log.commit(1);
        log.commit(2);

        log.awaitState("one", ListenerState.STOPPED);
        assertThat(taken.rows()).containsExactly(1L);
    }

    @Test
    void aListenerIsResetToAPositionAndToTheBeginning() {
        Taken taken = new Taken();
        log.start(options().tables(TABLE), taken);
        log.commit(1);
        log.commit(2);
        taken.await(2);
        long second = taken.changes().get(1).position();
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().reset("one", second));
        log.stop("one");

        log.listeners().reset("one", second);
        assertThat(status().position()).isEqualTo(second);
        log.listeners().start("one");
        assertThat(taken.await(3)).containsExactly(1L, 2L, 2L);

        log.stop("one");
        log.listeners().resetToBeginning("one");
        log.listeners().start("one");
        assertThat(taken.await(5)).containsExactly(1L, 2L, 2L, 1L, 2L);
    }

    @Test
    void aResetToWhereThereIsNoLogIsRefused() {
        log.listeners().add(options().build(), new Taken());
        log.fillSegments(3);
        log.wal().checkpointAll();
        long end = log.wal().status().position();

        assertThatExceptionOfType(WalOvertakenException.class)
                .isThrownBy(() -> log.listeners().reset("one", 0))
                .satisfies(
                        e -> assertThat(e.firstPosition()).isEqualTo(log.wal().firstPosition()));
        assertThatIllegalArgumentException().isThrownBy(() -> log.listeners().reset("one", end + 1_000_000));
        assertThatIllegalArgumentException().isThrownBy(() -> log.listeners().reset("one", -1));
        assertThat(status().position()).isEqualTo(-1);
    }

    @Test
    void aDamagedPositionFailsTheStartAndIsMendedByAReset() {
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(1);
        taken.await(1);
        log.close();
        byte[] bytes = log.storage().bytes("consumer-one.pos");
        bytes[30] ^= 1;
        log.storage().put("consumer-one.pos", bytes);
        log.reopen();
        log.listeners().add(options().build(), taken);
        assertThatExceptionOfType(WalCorruptedException.class)
                .isThrownBy(() -> log.listeners().start("one"))
                .withMessageContaining("consumer-one.pos");
        assertThat(status().state()).isEqualTo(ListenerState.FAILED);

        log.listeners().resetToBeginning("one");
        log.listeners().start("one");

        assertThat(taken.await(2)).containsExactly(1L, 1L);
    }

    @Test
    void onlyWhatIsPossibleIsDone() {
        log.listeners().add(options().build(), new Taken());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.listeners().add(options().build(), new Taken()));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        log.listeners().add(ListenerOptions.builder("../one").build(), new Taken()));
        assertThatIllegalArgumentException().isThrownBy(() -> log.listeners().start("two"));
        assertThatIllegalArgumentException().isThrownBy(() -> log.listeners().skipped("two"));
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().pause("one"));
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().resume("one"));
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().skip("one"));
        assertThat(log.listeners().stop("one", Duration.ZERO)).isTrue();
        assertThat(status().state()).isEqualTo(ListenerState.STOPPED);
        log.listeners().start("one");
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().start("one"));
        log.listeners().resume("one");
        log.listeners().close();
        assertThat(status().state()).isEqualTo(ListenerState.STOPPED);
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().start("one"));
    }

    @Test
    void aConsumerInUseElsewhereIsNotTakenOver() {
        log.wal().tail("one", 0);
        log.listeners().add(options().build(), new Taken());
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().start("one"));
        assertThat(status().state()).isEqualTo(ListenerState.FAILED);
    }

    // The end of the log, and its storage.

    @Test
    void aListenerEndsQuietlyWithTheLog() {
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(1);
        taken.await(1);
        log.wal().close();

        log.awaitState("one", ListenerState.STOPPED);
        assertThat(status().lastFailure()).isEmpty();
        assertThatExceptionOfType(WalClosedException.class)
                .isThrownBy(() -> log.listeners().start("one"));
    }

    @Test
    void aHandlerThatFailsBecauseTheLogWasClosedHasNotFailed() {
        log.start(options().tries(1), change -> {
            log.wal().close();
            log.commit(2);
        });
        log.commit(1);

        log.awaitState("one", ListenerState.STOPPED);
        assertThat(status().lastFailure()).isEmpty();
    }

    @Test
    void aListenerOfALogThatFailsSaysSo() {
        log.start(options(), new Taken());
        log.storage().failFrom(1, Call::forcesTheLog);
        assertThatExceptionOfType(WalException.class).isThrownBy(() -> log.commit(1));

        log.awaitState("one", ListenerState.FAILED);
        assertThat(status().lastFailure())
                .hasValueSatisfying(
                        failure -> assertThat(failure.error()).isEqualTo(WalFailedException.class.getName()));
        log.storage().heal();
    }

    @Test
    void aListenerThatWasOvertakenStopsAndSaysWhereItCanGoOn() {
        log.reopenKeepingNothingForConsumers();
        Taken taken = new Taken();
        log.start(options().tables(TABLE), taken);
        log.listeners().pause("one");
        log.awaitState("one", ListenerState.PAUSED);
        log.commit(1);
        log.fillSegments(3);
        assertThat(log.wal().checkpointAll().segmentsDropped()).isPositive();
        log.listeners().resume("one");

        log.awaitState("one", ListenerState.FAILED);
        assertThat(taken.rows()).isEmpty();
        assertThat(status().lastFailure()).hasValueSatisfying(failure -> {
            assertThat(failure.error()).isEqualTo(WalOvertakenException.class.getName());
            assertThat(failure.message()).contains(Long.toString(log.wal().firstPosition()));
        });

        log.listeners().reset("one", log.wal().firstPosition());
        log.listeners().start("one");
        log.commit(2);
        assertThat(taken.await(1)).containsExactly(2L);
    }

    @Test
    void aPositionThatCannotBeWrittenIsTriedAgain() {
        Taken taken = new Taken();
        log.start(options(), taken);
        log.storage().failOnce(1, call -> call.is(Op.CREATE) && call.file().startsWith("consumer-"));
        log.commit(1);
        taken.await(1);
        log.timing().advance(ListenerLoop.MAX_UNACKNOWLEDGED_TIME);

        long end = log.wal().status().position();
        Await.until(() -> log.wal().consumers().get(0).position() >= end);
        assertThat(status().state()).isEqualTo(ListenerState.RUNNING);
        assertThat(status().lastFailure())
                .hasValueSatisfying(
                        failure -> assertThat(failure.error()).isEqualTo(WalStorageException.class.getName()));
    }

    @Test
    void aStopThatCannotAcknowledgeIsAStop() {
        Taken taken = new Taken();
        log.start(options(), taken);
        log.commit(1);
        taken.await(1);
        log.storage().failOnce(1, call -> call.file().startsWith("consumer-"));
        log.stop("one");
        assertThat(status().state()).isEqualTo(ListenerState.STOPPED);
        assertThat(status().lastFailure()).isPresent();

        log.reopen();
        Taken after = new Taken();
        log.start(options(), after);
        assertThat(after.await(1)).containsExactly(1L);
    }

    // From the last checkpoint.

    @Test
    void aListenerFromTheCheckpointIsGivenAllSinceThenAtEachStartAndGoesOnLive() {
        log.commit(1);
        log.wal().checkpoint(1);
        log.commit(2, 5);
        log.commit(8);
        AtomicReference<Taken> taken = new AtomicReference<>(new Taken());
        log.start(options().fromCheckpoint(), change -> taken.get().handle(change));
        assertThat(taken.get().await(3)).containsExactly(2L, 5L, 8L);
        log.commit(3);
        assertThat(taken.get().await(4)).containsExactly(2L, 5L, 8L, 3L);
        log.stop("one");
        assertThat(log.wal().consumers()).isEmpty();

        taken.set(new Taken());
        log.listeners().start("one");
        assertThat(taken.get().await(4)).containsExactly(2L, 5L, 8L, 3L);
        assertThatIllegalStateException().isThrownBy(() -> log.listeners().reset("one", 0));
    }

    @Test
    void theCheckpointOfOnePartitionLeavesOutNothingOfAnother() {
        log.commit(0, 1, 2, 3);
        log.wal().checkpoint(2);
        log.commit(4, 5, 6, 7);
        Taken taken = new Taken();
        log.start(options().fromCheckpoint(), taken);
        log.commit(8);

        assertThat(taken.await(8)).containsExactly(0L, 1L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void aTransactionThatWasOpenAtTheCheckpointIsGivenWhole() {
        log.wal().logBegin(1, 7, 0);
        log.wal().logInsert(7, TABLE, 1, 70, ListenedLog.row(70));
        log.wal().checkpointAll();
        Taken taken = new Taken();
        log.start(options().fromCheckpoint(), taken);
        log.wal().logInsert(7, TABLE, 1, 71, ListenedLog.row(71));
        log.wal().logCommit(1, 7, 0);

        assertThat(taken.await(2)).containsExactly(70L, 71L);
    }

    @Test
    void aChangeThatFailsIsTriedAgainAloneFromTheCheckpointToo() {
        log.commit(1);
        log.wal().checkpoint(1);
        log.commit(2);
        log.commit(3);
        Taken tried = new Taken();
        log.start(options().fromCheckpoint(), change -> {
            tried.handle(change);
            if (tried.rows().size() == 2) {
                log.listeners().pause("one");
                throw new IllegalStateException("not yet");
            }
        });
        log.awaitState("one", ListenerState.PAUSED);
        log.listeners().resume("one");

        assertThat(tried.await(3)).containsExactly(2L, 3L, 3L);
    }

    @Test
    void aChangeTellsWhereItIsAndWhenItWasCommitted() {
        Taken taken = new Taken();
        log.start(options(), taken);
        Instant before = Instant.now().minusSeconds(1);
        log.commit(5);
        taken.await(1);
        WalChange change = taken.changes().get(0);

        assertThat(change.partition()).isEqualTo(1);
        assertThat(change.lsn()).isEqualTo(1);
        assertThat(change.transactionId()).isNegative();
        Await.until(() -> status().lastCommitTime().isPresent());
        assertThat(status().lastCommitTime().orElseThrow()).isBetween(before, Instant.now());
    }
}
