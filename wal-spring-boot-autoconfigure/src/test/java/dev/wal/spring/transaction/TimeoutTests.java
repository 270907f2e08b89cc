package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.state.LockConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Timeouts, which end before the transaction writes or commits, without anybody waiting. */
class TimeoutTests extends OnALog {
    private static final int HAS_PASSED = 0;

    @Test
    void aWriteAfterTheTimeoutIsRefused() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.insert(1);
                    letTheTimeoutPass();
                    fixture.insert(2);
                }))
                .isInstanceOf(TransactionTimedOutException.class);

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void aMapRefusesToWriteAndToLockAfterTheTimeout() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    letTheTimeoutPass();
                    assertThatThrownBy(() -> fixture.map.put(1L, "late"))
                            .isInstanceOf(TransactionTimedOutException.class);
                    fixture.map.getForUpdate(1L);
                }))
                .isInstanceOf(TransactionTimedOutException.class);
    }

    /** The map would wait for seconds; the transaction has less, but enough to begin to wait. */
    @Test
    void aWaitForALockEndsAtTheTimeoutOfTheTransaction() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.map.put(1L, "other");
                    locked.countDown();
                    await(waited);
                }));
        await(locked);

        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    WalTransactionManager.bound(fixture.log).setTimeoutInMillis(2_000);
                    assertThatThrownBy(() -> fixture.map.getForUpdate(1L))
                            .isInstanceOf(TransactionTimedOutException.class)
                            .hasCauseInstanceOf(LockConflictException.class)
                            .hasMessageContaining("Key 1");
                }))
                .isInstanceOf(UnexpectedRollbackException.class);
        waited.countDown();
        other.get(30, TimeUnit.SECONDS);

        assertThat(fixture.map.get(1L)).isEqualTo("other");
    }

    @Test
    void aRefusedWriteMarksTheTransactionForRollbackAlsoIfItIsCaught() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.insert(1);
                    letTheTimeoutPass();
                    assertThatThrownBy(() -> fixture.insert(2)).isInstanceOf(TransactionTimedOutException.class);
                    assertThat(status.isRollbackOnly()).isTrue();
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void aCommitAfterTheTimeoutIsARollback() {
        List<Integer> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.insert(1);
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCompletion(int status) {
                            outcomes.add(status);
                        }
                    });
                    letTheTimeoutPass();
                }))
                .isInstanceOf(UnexpectedRollbackException.class)
                .hasCauseInstanceOf(TransactionTimedOutException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_ROLLED_BACK);
        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void theTimeoutOfTheDefinitionIsTaken() {
        TransactionTemplate transactions = fixture.required();
        transactions.setTimeout(HAS_PASSED);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> fixture.insert(1)))
                .isInstanceOf(TransactionTimedOutException.class);
    }

    @Test
    void theDefaultTimeoutIsTakenWhereTheDefinitionHasNone() {
        fixture.manager.setDefaultTimeout(HAS_PASSED);

        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> fixture.insert(1)))
                .isInstanceOf(TransactionTimedOutException.class);
    }

    @Test
    void withoutATimeoutThereIsNone() {
        fixture.required()
                .executeWithoutResult(status -> assertThat(
                                WalTransactionManager.bound(fixture.log).hasTimeout())
                        .isFalse());
    }

    @Test
    void anInnerTransactionHasATimeoutOfItsOwn() {
        TransactionTemplate inner = fixture.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        inner.setTimeout(HAS_PASSED);

        fixture.required().executeWithoutResult(outer -> {
            assertThatThrownBy(() -> inner.executeWithoutResult(status -> fixture.insert(1)))
                    .isInstanceOf(TransactionTimedOutException.class);
            fixture.insert(2);
        });

        assertThat(fixture.committed()).containsExactly(2L);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void letTheTimeoutPass() {
        WalTransactionManager.bound(fixture.log).setTimeoutInMillis(HAS_PASSED);
    }
}
