package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.spring.transaction.AfterCommitJoin;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The log commits after the database. */
class AfterCommitJoinTests {
    @TempDir
    Path directory;

    private JoinedApplication application;
    private AfterCommitJoin join;

    @BeforeEach
    void start() {
        application = JoinedApplication.start(
                directory.resolve("log"), JoinedApplication.newDatabase(), "wal.transaction.join=after-commit");
        join = application.context.getBean(AfterCommitJoin.class);
    }

    @AfterEach
    void nothingStaysBound() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void theLogCommitsOnceTheDatabaseHas() {
        List<Object> seenByTheDatabase = new ArrayList<>();
        application.database.afterCommit = () -> seenByTheDatabase.addAll(application.logged());
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.map.put(1L, "one");
            application.log(1);
        });

        assertThat(seenByTheDatabase).isEmpty();
        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.map.get(1L)).isEqualTo("one");
        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void aTransactionThatFailsIsRolledBackInBoth() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.map.put(1L, "one");
                    application.insert(1);
                    application.insert(1);
                }))
                .isInstanceOf(DuplicateKeyException.class);

        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
    }

    @Test
    void theDatabaseNeedsNoTableOfMarkers() {
        assertThatThrownBy(() -> application.markers()).isInstanceOf(BadSqlGrammarException.class);
    }

    @Test
    void aNestedScopeThatFailsIsUndoneInBoth() {
        application.required().executeWithoutResult(outer -> {
            application.log(1);
            application.in(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(inner -> {
                application.log(2);
                inner.setRollbackOnly();
            });
        });

        assertThat(application.logged()).containsExactly(1L);
    }

    @Test
    void requiresNewIsATransactionOfItsOwn() {
        application.required().executeWithoutResult(outer -> {
            application.log(1);
            application
                    .in(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                    .executeWithoutResult(inner -> application.log(2));
            assertThat(application.logged()).containsExactly(2L);
        });

        assertThat(application.logged()).containsExactly(2L, 1L);
    }

    @Test
    void whatIsWrittenBeforeTheCommitBelongsToItAndWhatComesLaterIsRefused() {
        application.required().executeWithoutResult(status -> {
            application.log(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    application.log(2);
                }

                @Override
                public void afterCommit() {
                    assertThat(application.logged()).containsExactly(1L, 2L);
                    assertThatThrownBy(() -> application.log(3))
                            .isInstanceOf(IllegalTransactionStateException.class)
                            .hasMessageContaining("REQUIRES_NEW");
                }
            });
        });
    }

    @Test
    void aLogThatFailsAfterTheDatabaseHasCommittedIsThrownAndCountedOnceOthersWereTold() {
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    application.map.put(1L, "one");
                    application.storage.failForces();
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            told.add("committed");
                        }
                    });
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasMessageContaining("has committed");

        assertThat(application.ids()).containsExactly(1L);
        assertThat(told).containsExactly("committed");
        assertThat(join.missing()).isEqualTo(1);
    }

    @Test
    void aLogThatIsFirstUsedWhileTheDatabaseCommitsAndFailsIsThrownAndCountedOnceOthersWereTold() {
        application.beforeCommit(() -> {
            application.log(1);
            application.storage.failForces();
        });
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            told.add("committed");
                        }
                    });
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasMessageContaining("has committed, but what it wrote to the log, as transaction -");

        assertThat(told).containsExactly("committed");
        assertThat(join.missing()).isEqualTo(1);
    }

    @Test
    void aTransactionOfTheLogThatFailsWhileTheDatabaseCommitsIsNotCommitted() {
        for (boolean late : new boolean[] {true, false}) {
            application.close();
            start();
            application.beforeCommit(() -> assertThatThrownBy(() -> application.template.execute(inner -> {
                        application.map.put(1L, "one");
                        throw new IllegalStateException("caught");
                    }))
                    .hasMessage("caught"));
            assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                        application.insert(1);
                        if (!late) {
                            application.map.get(1L);
                        }
                    }))
                    .isInstanceOf(TransactionSystemException.class)
                    .hasMessageContaining("has failed, or asked for a rollback");

            assertThat(application.ids()).containsExactly(1L);
            assertThat(application.map.get(1L)).isNull();
            assertThat(join.missing()).isEqualTo(1);
        }
    }

    @Test
    void aCommitOfWhichNobodyKnowsIsNotInTheLogAndIsCounted() {
        application.database.afterCommit = () -> {
            throw new SQLException("the answer was lost");
        };
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> application.log(1)))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(application.logged()).isEmpty();
        assertThat(join.unknown()).isEqualTo(1);
        assertThat(join.missing()).isZero();
    }
}
