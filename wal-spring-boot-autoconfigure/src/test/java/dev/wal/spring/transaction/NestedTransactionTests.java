package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.springframework.transaction.TransactionDefinition.PROPAGATION_NESTED;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionUsageException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Nested transactions and savepoints, of rows and of maps. */
class NestedTransactionTests extends OnALog {
    @Test
    void whatANestedScopeWroteBelongsToTheOuterTransaction() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                assertThat(nested.hasSavepoint()).isTrue();
                fixture.insert(2);
            });
            assertThat(fixture.committed()).isEmpty();
        });

        assertThat(fixture.committed()).containsExactly(1L, 2L);
    }

    @Test
    void aNestedScopeThatThrowsUndoesItsOwnWritesAlone() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            assertThatThrownBy(() -> fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                        fixture.insert(2);
                        throw new IllegalStateException("mine");
                    }))
                    .hasMessage("mine");
            assertThat(outer.isRollbackOnly()).isFalse();
            fixture.insert(3);
        });

        assertThat(fixture.committed()).containsExactly(1L, 3L);
    }

    @Test
    void nestedScopesInNestedScopesUndoFromTheInsideOut() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                fixture.insert(2);
                fixture.in(PROPAGATION_NESTED).executeWithoutResult(inner -> {
                    fixture.insert(3);
                    inner.setRollbackOnly();
                });
                fixture.insert(4);
            });
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                fixture.in(PROPAGATION_NESTED).executeWithoutResult(inner -> fixture.insert(5));
                nested.setRollbackOnly();
            });
        });

        assertThat(fixture.committed()).containsExactly(1L, 2L, 4L);
    }

    @Test
    void aMapShowsWhatItDidBeforeTheNestedScope() {
        fixture.required().executeWithoutResult(status -> fixture.map.put(1L, "before"));

        fixture.required().executeWithoutResult(outer -> {
            fixture.map.put(1L, "outer");
            fixture.map.put(2L, "outer");
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                fixture.map.put(1L, "nested");
                fixture.map.remove(2L);
                fixture.map.put(3L, "nested");
                nested.setRollbackOnly();
            });
            assertThat(fixture.map.get(1L)).isEqualTo("outer");
            assertThat(fixture.map.get(2L)).isEqualTo("outer");
            assertThat(fixture.map.get(3L)).isNull();
            assertThat(fixture.map.size()).isEqualTo(2);
        });

        assertThat(fixture.map.view()).containsOnly(entry(1L, "outer"), entry(2L, "outer"));
    }

    @Test
    void anUndoneNestedScopeTakesBackThatAParticipantFailedInIt() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            assertThatThrownBy(() -> fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> {
                        fixture.insert(2);
                        fixture.required().executeWithoutResult(participant -> participant.setRollbackOnly());
                    }))
                    .isInstanceOf(UnexpectedRollbackException.class);
            assertThat(outer.isRollbackOnly()).isFalse();
        });

        assertThat(fixture.committed()).containsExactly(1L);
    }

    @Test
    void theWholeTransactionStillRollsBackAfterANestedScope() {
        fixture.required().executeWithoutResult(outer -> {
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> fixture.insert(1));
            outer.setRollbackOnly();
        });

        assertThat(fixture.committed()).isEmpty();
    }

    @Test
    void savepointsOfTheStatusWorkByHand() {
        fixture.required().executeWithoutResult(status -> {
            fixture.insert(1);
            Object savepoint = status.createSavepoint();
            fixture.insert(2);
            status.rollbackToSavepoint(savepoint);
            fixture.insert(3);
            status.releaseSavepoint(savepoint);
            assertThatThrownBy(() -> status.rollbackToSavepoint(savepoint))
                    .isInstanceOf(TransactionUsageException.class)
                    .hasMessageContaining("has ended");
        });

        assertThat(fixture.committed()).containsExactly(1L, 3L);
    }

    @Test
    void aSavepointOfSomebodyElseIsRefused() {
        fixture.required().executeWithoutResult(status -> {
            assertThatThrownBy(() -> status.rollbackToSavepoint("a savepoint of a database"))
                    .isInstanceOf(TransactionUsageException.class);
            assertThatThrownBy(() -> status.releaseSavepoint("a savepoint of a database"))
                    .isInstanceOf(TransactionUsageException.class);
        });
    }

    @Test
    void noNestedScopeBeginsInATransactionThatIsMarkedForRollback() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(outer -> {
                    fixture.required().executeWithoutResult(participant -> participant.setRollbackOnly());
                    fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> fixture.insert(1));
                }))
                .isInstanceOf(CannotCreateTransactionException.class)
                .hasMessageContaining("rollback-only");
    }

    @Test
    void aNestedScopeAfterTheCommitIsRefusedAndNamesRequiresNew() {
        List<Throwable> thrown = new ArrayList<>();
        fixture.required().executeWithoutResult(outer -> {
            fixture.insert(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    try {
                        fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> fixture.insert(2));
                    } catch (RuntimeException e) {
                        thrown.add(e);
                    }
                }
            });
        });

        assertThat(thrown)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalTransactionStateException.class)
                        .hasMessageContaining("REQUIRES_NEW"));
        assertThat(fixture.committed()).containsExactly(1L);
    }

    @Test
    void synchronizationsAreToldOfSavepoints() {
        List<String> told = new ArrayList<>();
        fixture.required().executeWithoutResult(outer -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void savepoint(Object savepoint) {
                    told.add("savepoint");
                }

                @Override
                public void savepointRollback(Object savepoint) {
                    told.add("rollback");
                }
            });
            fixture.in(PROPAGATION_NESTED).executeWithoutResult(nested -> nested.setRollbackOnly());
        });

        assertThat(told).containsExactly("savepoint", "rollback");
    }
}
