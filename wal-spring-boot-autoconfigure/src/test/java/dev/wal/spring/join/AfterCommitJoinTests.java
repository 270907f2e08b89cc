package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.TransactionOptions;
import dev.wal.WalTransaction;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.transaction.AfterCommitJoin;
import dev.wal.spring.transaction.JoinProtocol;
import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.WalTransactionManager;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

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
    void anErrorOfTheLogAfterTheDatabaseHasCommittedIsThrownAndCountedOnceOthersWereTold() {
        application.close();
        application = JoinedApplication.start(
                directory.resolve("own clock"),
                JoinedApplication.newDatabase(),
                WithOwnClock.class,
                "wal.transaction.join=after-commit");
        join = application.context.getBean(AfterCommitJoin.class);
        OwnClock clock = application.context.getBean(OwnClock.class);
        application.database.afterCommit = () -> clock.failing = Thread.currentThread();
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    application.log(1);
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            clock.failing = null;
                            told.add("committed");
                        }
                    });
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasMessageContaining("has committed")
                .hasCauseInstanceOf(LinkageError.class);

        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.logged()).isEmpty();
        assertThat(told).containsExactly("committed");
        assertThat(join.missing()).isEqualTo(1);
    }

    @Test
    void anErrorOfWhoeverCommitsToTheLogIsThrownOnceOthersWereTold() {
        LinkageError error = new LinkageError("of the test");
        JoinedTransactions joined = new JoinedTransactions(() -> application.log, () -> new Failing(error));
        JdbcTransactionManager manager = new JdbcTransactionManager(application.database);
        manager.addListener(joined.listener());
        TransactionTemplate inside = new TransactionTemplate(new WalTransactionManager(application.log, joined));
        List<String> told = new ArrayList<>();

        assertThatThrownBy(() -> new TransactionTemplate(manager).executeWithoutResult(status -> {
                    inside.executeWithoutResult(own -> application.log(1));
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            told.add("committed");
                        }
                    });
                }))
                .isSameAs(error);

        assertThat(told).containsExactly("committed");
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

    /** Throws an error when the log is to commit. */
    private static final class Failing implements JoinProtocol, JoinProtocol.Participant {
        private final AfterCommitJoin join = new AfterCommitJoin();
        private final Error error;

        private Failing(Error error) {
            this.error = error;
        }

        @Override
        public Participant begun() {
            return this;
        }

        @Override
        public @Nullable String refusal() {
            return join.refusal();
        }

        @Override
        public TransactionOptions options() {
            return join.options();
        }

        @Override
        public boolean endsBeforeCommit() {
            return join.endsBeforeCommit();
        }

        @Override
        public void beforeCommit(WalTransaction transaction) {
            join.beforeCommit(transaction);
        }

        @Override
        public void committed(WalTransaction transaction) {
            transaction.rollback();
            throw error;
        }

        @Override
        public void committedAlone(WalTransaction transaction) {
            join.committedAlone(transaction);
        }

        @Override
        public void notCommitted(WalTransaction transaction, int status) {
            join.notCommitted(transaction, status);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class WithOwnClock {

        @Bean
        OwnClock clock() {
            return new OwnClock();
        }

        @Bean
        WalOptionsCustomizer clockCustomizer(OwnClock clock) {
            return options -> options.clock(clock);
        }
    }

    /** Of the system; for one thread, an error. The log reads it while it commits. */
    private static final class OwnClock extends Clock {
        private final Clock system = Clock.systemUTC();
        private volatile @Nullable Thread failing;

        @Override
        public Instant instant() {
            if (Thread.currentThread() == failing) {
                throw new LinkageError("of the test");
            }
            return system.instant();
        }

        @Override
        public ZoneId getZone() {
            return system.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return system.withZone(zone);
        }
    }
}
