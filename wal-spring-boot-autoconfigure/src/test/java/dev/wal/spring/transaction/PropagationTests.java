package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_MANDATORY;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NESTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NEVER;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRED;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRES_NEW;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_SUPPORTS;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.InvalidIsolationLevelException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Each propagation, without a transaction around it and with one. */
class PropagationTests extends OnALog {
    @ParameterizedTest
    @ValueSource(ints = {PROPAGATION_REQUIRED, PROPAGATION_REQUIRES_NEW, PROPAGATION_NESTED})
    void beginsATransactionWhereThereIsNone(int propagation) {
        fixture.in(propagation).executeWithoutResult(status -> {
            assertThat(status.isNewTransaction()).isTrue();
            fixture.insert(1);
        });

        assertThat(fixture.committed()).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(ints = {PROPAGATION_SUPPORTS, PROPAGATION_NOT_SUPPORTED, PROPAGATION_NEVER})
    void runsWithoutATransactionWhereThereIsNoneAndRefusesWrites(int propagation) {
        assertThatThrownBy(() -> fixture.in(propagation).executeWithoutResult(status -> {
                    assertThat(fixture.isBound()).isFalse();
                    assertThat(TransactionSynchronizationManager.isSynchronizationActive())
                            .isTrue();
                    fixture.insert(1);
                }))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("without a transaction");

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void mandatoryRefusesToRunWhereThereIsNone() {
        assertThatThrownBy(() -> fixture.in(PROPAGATION_MANDATORY).executeWithoutResult(status -> fixture.insert(1)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("mandatory");
    }

    @ParameterizedTest
    @ValueSource(ints = {PROPAGATION_REQUIRED, PROPAGATION_SUPPORTS, PROPAGATION_MANDATORY})
    void joinsTheTransactionThatThereIs(int propagation) {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            fixture.in(propagation).executeWithoutResult(inner -> {
                assertThat(inner.isNewTransaction()).isFalse();
                fixture.insert(2);
            });
            assertThat(fixture.committed()).isEmpty();
        });

        assertThat(fixture.committed()).containsExactly(1L, 2L);
    }

    @ParameterizedTest
    @ValueSource(ints = {PROPAGATION_REQUIRED, PROPAGATION_SUPPORTS, PROPAGATION_MANDATORY})
    void aParticipantThatAsksForRollbackRollsTheWholeTransactionBack(int propagation) {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(outer -> {
                    fixture.insert(1);
                    fixture.in(propagation).executeWithoutResult(inner -> inner.setRollbackOnly());
                    assertThat(outer.isRollbackOnly()).isTrue();
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void aTransactionThatAsksForItsOwnRollbackIsRolledBackQuietly() {
        fixture.required().executeWithoutResult(status -> {
            fixture.insert(1);
            status.setRollbackOnly();
        });

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void neverRefusesToRunInATransactionWhichGoesOn() {
        fixture.required().executeWithoutResult(outer -> {
            assertThatThrownBy(() -> fixture.in(PROPAGATION_NEVER).executeWithoutResult(inner -> {}))
                    .isInstanceOf(IllegalTransactionStateException.class);
            fixture.insert(1);
        });

        assertThat(fixture.committed()).containsExactly(1L);
    }

    @Test
    void notSupportedSuspendsTheTransactionAndResumesIt() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.map.put(1L, "outer");
            fixture.in(PROPAGATION_NOT_SUPPORTED).executeWithoutResult(inner -> {
                assertThat(fixture.isBound()).isFalse();
                assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                        .isFalse();
                assertThat(fixture.map.get(1L)).isNull();
                assertThatThrownBy(() -> fixture.insert(1)).isInstanceOf(IllegalTransactionStateException.class);
            });
            assertThat(fixture.map.get(1L)).isEqualTo("outer");
            fixture.insert(2);
        });

        assertThat(fixture.committed()).containsExactly(2L);
        assertThat(fixture.map.get(1L)).isEqualTo("outer");
    }

    @Test
    void requiresNewHasTwoTransactionsOfOneThreadAliveAtOnce() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            WalResourceHolder outerHolder = WalTransactionManager.bound(fixture.log);
            fixture.in(PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                WalResourceHolder innerHolder = WalTransactionManager.bound(fixture.log);
                assertThat(innerHolder).isNotSameAs(outerHolder);
                assertThat(innerHolder.transaction().isActive()).isTrue();
                assertThat(outerHolder.transaction().isActive()).isTrue();
                fixture.insert(2);
            });
            assertThat(fixture.committed()).containsExactly(2L);
            assertThat(WalTransactionManager.bound(fixture.log)).isSameAs(outerHolder);
            fixture.insert(3);
        });

        assertThat(fixture.committed()).containsExactly(2L, 1L, 3L);
    }

    @Test
    void requiresNewThreeDeepUnwindsInOrder() {
        fixture.required().executeWithoutResult(first -> {
            fixture.insert(1);
            fixture.in(PROPAGATION_REQUIRES_NEW).executeWithoutResult(second -> {
                fixture.insert(2);
                fixture.in(PROPAGATION_REQUIRES_NEW).executeWithoutResult(third -> fixture.insert(3));
                second.setRollbackOnly();
            });
        });

        assertThat(fixture.committed()).containsExactly(3L, 1L);
    }

    @Test
    void requiresNewThatFailsLeavesTheOuterTransactionAlone() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            assertThatThrownBy(() -> fixture.in(PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                        fixture.insert(2);
                        throw new IllegalStateException("mine");
                    }))
                    .hasMessage("mine");
            assertThat(outer.isRollbackOnly()).isFalse();
        });

        assertThat(fixture.committed()).containsExactly(1L);
    }

    @Test
    void requiresNewThatCannotBeginResumesTheOuterTransaction() {
        fixture.required().executeWithoutResult(outer -> {
            WalResourceHolder holder = WalTransactionManager.bound(fixture.log);
            var inner = fixture.in(PROPAGATION_REQUIRES_NEW);
            inner.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
            assertThatThrownBy(() -> inner.executeWithoutResult(status -> {}))
                    .isInstanceOf(InvalidIsolationLevelException.class);
            assertThat(WalTransactionManager.bound(fixture.log)).isSameAs(holder);
            fixture.insert(1);
        });

        assertThat(fixture.committed()).containsExactly(1L);
    }

    @Test
    void requiresNewFailsAtOnceOnAKeyThatTheSuspendedTransactionHasLocked() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.map.put(1L, "outer");
            assertThatThrownBy(() -> fixture.in(PROPAGATION_REQUIRES_NEW)
                            .executeWithoutResult(inner -> fixture.map.put(1L, "inner")))
                    .isInstanceOf(CannotAcquireLockException.class)
                    .hasMessageContaining("suspended");
        });

        assertThat(fixture.map.get(1L)).isEqualTo("outer");
    }

    @Test
    void suspendedTransactionsDoNotSeeEachOthersWritesInAMap() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.map.put(1L, "outer");
            fixture.in(PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                assertThat(fixture.map.get(1L)).isNull();
                fixture.map.put(2L, "inner");
            });
            assertThat(fixture.map.get(2L)).isEqualTo("inner");
            outer.setRollbackOnly();
        });

        assertThat(List.of(fixture.map.containsKey(1L), fixture.map.containsKey(2L)))
                .containsExactly(false, true);
    }
}
