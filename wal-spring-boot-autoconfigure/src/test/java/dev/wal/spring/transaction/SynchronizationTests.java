package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.Ordered;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What synchronizations are told, in which order, and what they see of the log then. */
class SynchronizationTests extends OnALog {
    private final List<String> told = new ArrayList<>();

    @Test
    void aCommitIsToldInOrderAndInTheOrderOfThoseWhoAreTold() {
        fixture.required().executeWithoutResult(status -> {
            register("second", 2);
            register("first", 1);
        });

        assertThat(told)
                .containsExactly(
                        "first beforeCommit",
                        "second beforeCommit",
                        "first beforeCompletion",
                        "second beforeCompletion",
                        "first afterCommit",
                        "second afterCommit",
                        "first afterCompletion 0",
                        "second afterCompletion 0");
    }

    @Test
    void aRollbackIsToldWithoutACommit() {
        fixture.required().executeWithoutResult(status -> {
            register("one", 1);
            status.setRollbackOnly();
        });

        assertThat(told).containsExactly("one beforeCompletion", "one afterCompletion 1");
    }

    @Test
    void anUnknownOutcomeIsToldWithoutACommit() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    register("one", 1);
                    fixture.insert(1);
                    fixture.storage.failForces();
                }))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(told).containsExactly("one beforeCommit", "one beforeCompletion", "one afterCompletion 2");
    }

    @Test
    void suspensionAndResumptionAreTold() {
        fixture.required().executeWithoutResult(outer -> {
            register("outer", 1);
            fixture.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                    .executeWithoutResult(inner -> told.add("inner runs"));
            outer.setRollbackOnly();
        });

        assertThat(told)
                .containsExactly(
                        "outer suspend",
                        "inner runs",
                        "outer resume",
                        "outer beforeCompletion",
                        "outer afterCompletion 1");
    }

    @Test
    void whatIsWrittenBeforeTheCommitBelongsToTheTransaction() {
        fixture.required().executeWithoutResult(status -> {
            fixture.insert(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    fixture.insert(2);
                }
            });
        });

        assertThat(fixture.committed()).containsExactly(1L, 2L);
    }

    @Test
    void afterTheCommitTheTransactionIsInTheLogAndInTheMaps() {
        List<Object> seen = new ArrayList<>();
        fixture.required().executeWithoutResult(status -> {
            fixture.insert(1);
            fixture.map.put(1L, "mine");
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    seen.addAll(fixture.committed());
                    seen.add(fixture.map.get(1L));
                }
            });
        });

        assertThat(seen).containsExactly(1L, "mine");
    }

    @Test
    void requiresNewAfterTheCommitIsATransactionOfItsOwn() {
        fixture.required().executeWithoutResult(status -> {
            fixture.insert(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    fixture.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                            .executeWithoutResult(own -> fixture.insert(2));
                }
            });
        });

        assertThat(fixture.committed()).containsExactly(1L, 2L);
    }

    private void register(String name, int order) {
        TransactionSynchronizationManager.registerSynchronization(new Telling(name, order));
    }

    private final class Telling implements TransactionSynchronization, Ordered {
        private final String name;
        private final int order;

        private Telling(String name, int order) {
            this.name = name;
            this.order = order;
        }

        @Override
        public int getOrder() {
            return order;
        }

        @Override
        public void suspend() {
            told.add(name + " suspend");
        }

        @Override
        public void resume() {
            told.add(name + " resume");
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            told.add(name + " beforeCommit");
        }

        @Override
        public void beforeCompletion() {
            told.add(name + " beforeCompletion");
        }

        @Override
        public void afterCommit() {
            told.add(name + " afterCommit");
        }

        @Override
        public void afterCompletion(int status) {
            told.add(name + " afterCompletion " + status);
        }
    }
}
