package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalStatus;
import dev.wal.common.WalException;
import dev.wal.spring.transaction.JoinedRollbackException;
import dev.wal.spring.transaction.JoinedTransactions;
import dev.wal.spring.transaction.WalTransactionManager;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One outcome for the tables of a database and the log, while the application runs. */
class PreparedJoinTests {
    @TempDir
    Path directory;

    private final String url = JoinedApplication.newDatabase();
    private JoinedApplication application;

    @BeforeEach
    void start() {
        application = JoinedApplication.start(directory.resolve("log"), url, "wal.transaction.join=prepared");
    }

    @AfterEach
    void nothingStaysBound() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        application.close();
    }

    @Test
    void whatIsWrittenInATransactionOfTheDatabaseIsCommittedWithIt() {
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.map.put(1L, "one");
            application.log(1);
        });

        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.map.get(1L)).isEqualTo("one");
        assertThat(application.logged()).containsExactly(1L);
        assertThat(application.log.inDoubt()).isEmpty();
    }

    @Test
    void aTransactionThatFailsIsRolledBackInBoth() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.map.put(1L, "one");
                    application.insert(1);
                    application.insert(1);
                }))
                .isInstanceOf(DuplicateKeyException.class);

        nothingIsThere();
    }

    @Test
    void aTransactionThatOnlyReadsWritesNoMarker() {
        List<WalStatus.Partition> before = application.log.status().partitions();
        application.keepMarkers();
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.map.get(1L);
            application.map.getForUpdate(1L);
        });

        assertThat(application.markers()).isZero();
        assertThat(application.log.status().partitions())
                .extracting(WalStatus.Partition::appendedLsn)
                .isEqualTo(before.stream().map(WalStatus.Partition::appendedLsn).toList());
    }

    @Test
    void theMarkersOfTransactionsThatHaveEndedAreGoneWhenTheApplicationHasStopped() {
        for (long id = 1; id <= 3; id++) {
            write(id);
        }
        application.close();

        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void theMarkersThatAnEarlierStartHasLeftAreDeleted() {
        application.keepMarkers();
        write(1);
        application.close();
        assertThat(markersInTheDatabase()).isEqualTo(1);

        restart();
        application.close();

        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void markersOfOtherLogsStay() {
        application.rows.update("insert into wal_marker (log_id, transaction_id, outcome) values (1, -1, 'C')");
        application.close();

        assertThat(markersInTheDatabase()).isEqualTo(1);
    }

    @Test
    void whatWasMarkedForRollbackIsRolledBackInBoth() {
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.map.put(1L, "one");
            status.setRollbackOnly();
        });

        nothingIsThere();
    }

    @Test
    void requiresNewIsATransactionOfItsOwnInBoth() {
        application.required().executeWithoutResult(outer -> {
            application.insert(1);
            application.map.put(1L, "one");
            application.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                assertThat(application.map.get(1L)).isNull();
                application.insert(2);
                application.map.put(2L, "two");
            });
            assertThat(application.map.get(1L)).isEqualTo("one");
            assertThat(application.map.get(2L)).isEqualTo("two");
            outer.setRollbackOnly();
        });

        assertThat(application.ids()).containsExactly(2L);
        assertThat(application.map.get(1L)).isNull();
        assertThat(application.map.get(2L)).isEqualTo("two");
    }

    @Test
    void aNestedScopeThatFailsIsUndoneInBoth() {
        application.required().executeWithoutResult(outer -> {
            application.insert(1);
            application.map.put(1L, "one");
            nested(2, true);
            nested(3, false);
        });

        assertThat(application.ids()).containsExactly(1L, 3L);
        assertThat(application.map.get(2L)).isNull();
        assertThat(application.logged()).containsExactly(3L);
    }

    @Test
    void aNestedScopeThatWasTheFirstToUseTheLogIsUndoneInBoth() {
        application.required().executeWithoutResult(outer -> {
            application.insert(1);
            nested(2, true);
        });

        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.logged()).isEmpty();
        assertThat(application.map.get(2L)).isNull();
    }

    @Test
    void savepointsByHandCutBoth() {
        application.required().executeWithoutResult(status -> {
            application.log(1);
            Object first = status.createSavepoint();
            application.log(2);
            Object second = status.createSavepoint();
            application.insert(3);
            application.log(3);
            status.rollbackToSavepoint(second);
            application.log(4);
            status.rollbackToSavepoint(first);
            application.log(5);
        });

        assertThat(application.ids()).isEmpty();
        assertThat(application.logged()).containsExactly(1L, 5L);
    }

    @Test
    void aTransactionThatIsReadOnlyReadsAndDoesNotWrite() {
        write(1);
        TransactionTemplate readOnly = application.required();
        readOnly.setReadOnly(true);

        assertThat(readOnly.<String>execute(status -> application.map.get(1L))).isEqualTo("1");
        assertThatThrownBy(() -> readOnly.executeWithoutResult(status -> application.map.put(1L, "two")))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void aTransactionThatHasTimedOutIsRolledBackInBoth() {
        TransactionTemplate brief = application.required();
        brief.setTimeout(0);

        assertThatThrownBy(() -> brief.executeWithoutResult(status -> application.map.put(1L, "one")))
                .isInstanceOf(TransactionTimedOutException.class);
        nothingIsThere();
    }

    @Test
    void aTransactionOfTheLogInsideTakesPart() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    application.template.execute(inner -> application.map.put(1L, "one"));
                    throw new IllegalStateException("the outer one fails");
                }))
                .hasMessage("the outer one fails");
        nothingIsThere();

        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.template.execute(inner -> application.map.put(1L, "one"));
            assertThat(application.log.inDoubt()).isEmpty();
        });
        assertThat(application.map.get(1L)).isEqualTo("one");
    }

    @Test
    void aTransactionOfTheLogInsideThatFailsRollsBothBack() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    assertThatThrownBy(() -> application.template.execute(inner -> {
                                application.map.put(1L, "one");
                                throw new IllegalStateException("caught");
                            }))
                            .hasMessage("caught");
                }))
                .isInstanceOf(JoinedRollbackException.class);

        nothingIsThere();
    }

    @Test
    void aTransactionOfTheLogThatMustBeNewIsIndependent() {
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.log(1);
            TransactionTemplate own = new TransactionTemplate(application.context.getBean(WalTransactionManager.class));
            own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            own.executeWithoutResult(inner -> application.log(2));
            assertThat(application.logged()).containsExactly(2L);
            application.log(3);
            status.setRollbackOnly();
        });

        assertThat(application.ids()).isEmpty();
        assertThat(application.logged()).containsExactly(2L);
    }

    @Test
    void aTransactionOfTheLogThatWasThereBeforeStaysWhatItWas() {
        assertThatThrownBy(() -> application.template.execute(outer -> {
                    application.log(1);
                    application.required().executeWithoutResult(inner -> {
                        application.insert(1);
                        application.log(2);
                    });
                    throw new IllegalStateException("the log fails");
                }))
                .hasMessage("the log fails");

        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.logged()).isEmpty();
    }

    @Test
    void whatIsWrittenBeforeTheCommitBelongsToIt() {
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    application.log(1);
                }

                @Override
                public void beforeCompletion() {
                    application.log(2);
                }
            });
        });

        assertThat(application.logged()).containsExactly(1L, 2L);
    }

    @Test
    void aTransactionThatHasOnlyReadTakesNoWriteOnceItsCommitHasBegun() {
        application.beforeCommit(() -> application.log(1));
        for (boolean locks : new boolean[] {false, true}) {
            assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                        application.insert(1);
                        assertThat(locks ? application.map.getForUpdate(1L) : application.map.get(1L))
                                .isNull();
                    }))
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessageContaining("nothing was written");
            nothingIsThere();
            assertThat(application.logged()).isEmpty();
        }
    }

    @Test
    void aTransactionThatHasOnlyReadTakesNoLockOnceItsCommitHasBegunButReads() {
        List<Object> seen = new ArrayList<>();
        application.beforeCommit(() -> {
            assertThatThrownBy(() -> application.map.getForUpdate(2L))
                    .isInstanceOf(IllegalTransactionStateException.class);
            seen.add(String.valueOf(application.map.get(1L)));
        });
        application.required().executeWithoutResult(status -> application.map.get(1L));

        assertThat(seen).containsExactly("null");
    }

    @Test
    void anErrorOnceTheDatabaseHasCommittedLeavesTheTransactionToItsMarkerAndOthersAreTold() {
        AtomicInteger uses = new AtomicInteger();
        PreparedJoin failing =
                new PreparedJoin(() -> application.log, application.context.getBean(MarkerTable.class), () -> {
                    if (uses.incrementAndGet() == 2) {
                        throw new OutOfMemoryError("of the test");
                    }
                    return application.context.getBean(Markers.class);
                });
        JoinedTransactions joined = new JoinedTransactions(() -> application.log, () -> failing);
        JdbcTransactionManager manager = new JdbcTransactionManager(application.database);
        manager.addListener(joined.listener());
        TransactionTemplate inside = new TransactionTemplate(new WalTransactionManager(application.log, joined));
        List<String> told = new ArrayList<>();
        new TransactionTemplate(manager).executeWithoutResult(status -> {
            inside.executeWithoutResult(own -> application.map.put(1L, "one"));
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    told.add("committed");
                }
            });
        });

        assertThat(told).containsExactly("committed");
        assertThat(uses).hasValue(3);
        assertDecided(1);
        assertThat(application.map.get(1L)).isEqualTo("one");
    }

    @Test
    void aProtocolThatCannotBeMadeLeavesNothingBound() {
        JoinedTransactions joined = new JoinedTransactions(() -> application.log, () -> {
            throw new IllegalStateException("no protocol");
        });
        JdbcTransactionManager manager = new JdbcTransactionManager(application.database);
        manager.addListener(joined.listener());

        assertThatThrownBy(() -> new TransactionTemplate(manager).executeWithoutResult(status -> {}))
                .hasMessage("no protocol");
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
    }

    @Test
    void afterTheCommitTheLogIsThereAndTakesNoMoreOfTheTransaction() {
        List<Object> seen = new ArrayList<>();
        for (boolean joined : new boolean[] {true, false}) {
            application.required().executeWithoutResult(status -> {
                if (joined) {
                    application.map.put(1L, "one");
                }
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        seen.add(application.map.get(1L));
                        assertThatThrownBy(() -> application.log(1))
                                .isInstanceOf(IllegalTransactionStateException.class)
                                .hasMessageContaining("REQUIRES_NEW");
                        application.template.execute(own -> {
                            application.log(2);
                            return null;
                        });
                    }
                });
            });
        }

        assertThat(seen).containsExactly("one", "one");
        assertThat(application.logged()).containsExactly(2L, 2L);
    }

    @Test
    void aCallbackThatThrowsATransactionExceptionBeforeTheCommitLeavesNothingInEither() {
        for (RuntimeException thrown : List.of(
                new IllegalTransactionStateException("before the commit"),
                new UnexpectedRollbackException("before the commit"))) {
            assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                        application.insert(1);
                        application.map.put(1L, "one");
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void beforeCommit(boolean readOnly) {
                                throw thrown;
                            }
                        });
                    }))
                    .isSameAs(thrown);
            nothingIsThere();
        }
    }

    @Test
    void aLogThatCannotBePreparedRollsBothBack() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    application.map.put(1L, "one");
                    application.storage.failForces();
                }))
                .isInstanceOf(WalException.class);

        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
    }

    @Test
    void aMarkerThatCannotBeWrittenRollsBothBack() {
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.rows.execute("drop table wal_marker");
                    application.insert(1);
                    application.map.put(1L, "one");
                }))
                .isInstanceOf(DataAccessException.class);

        assertThat(application.map.get(1L)).isNull();
        assertThat(application.log.inDoubt()).isEmpty();
    }

    @Test
    void aCommitOfTheDatabaseThatFailsRollsTheLogBackToo() {
        application.database.beforeCommit = () -> {
            application.database.beforeCommit = HookedDataSource.Hook.NOTHING;
            throw new SQLException("the commit was refused", "40001");
        };
        assertThatThrownBy(() -> write(1)).isInstanceOf(DataAccessException.class);

        assertDecided(1);
        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
    }

    @Test
    void aCommitThatSpringGivesUpWithoutARollbackIsDecidedByTheMarker() {
        application.database.beforeCommit = () -> {
            application.database.beforeCommit = HookedDataSource.Hook.NOTHING;
            throw new SQLException("the commit was not tried");
        };
        assertThatThrownBy(() -> write(1)).isInstanceOf(TransactionSystemException.class);

        // The connection goes back to the pool in the mode that commits each statement, and with that this database
        // commits.
        assertDecided(1);
        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.map.get(1L)).isEqualTo("1");
    }

    @Test
    void aCommitOfWhichNobodyKnowsIsDecidedByTheMarker() {
        for (String state : List.of("", "08006", "40001")) {
            long id = state.isEmpty() ? 1 : Long.parseLong(state);
            application.database.afterCommit = () -> {
                application.database.afterCommit = HookedDataSource.Hook.NOTHING;
                throw new SQLException("the answer was lost", state);
            };
            // Spring is told of a rollback, which is not what has happened, or of nothing at all.
            assertThatThrownBy(() -> write(id)).isInstanceOf(RuntimeException.class);

            assertDecided(id);
            assertThat(application.ids()).contains(id);
            assertThat(application.map.get(id)).isEqualTo(String.valueOf(id));
        }
    }

    @Test
    void aLogThatFailsOnceTheDatabaseHasCommittedIsDownAndHasTheTransactionAfterARestart() {
        application.database.afterCommit = application.storage::failWrites;
        write(1);

        assertThat(application.log.status().state()).isEqualTo(WalStatus.State.FAILED);
        application.database.afterCommit = HookedDataSource.Hook.NOTHING;
        restart();
        assertThat(application.ids()).containsExactly(1L);
        assertThat(application.map.get(1L)).isEqualTo("1");
    }

    @Test
    void aTransactionLargerThanTheMemoryOfOneIsJoinedToo() {
        application.close();
        application = JoinedApplication.start(
                directory.resolve("log"), url, "wal.transaction.join=prepared", "wal.transaction.max-size=1KB");
        application.required().executeWithoutResult(status -> {
            for (long id = 1; id <= 100; id++) {
                application.insert(id);
                application.map.put(id, "value " + id);
            }
        });

        assertThat(application.map.size()).isEqualTo(100);
        assertThat(application.map.get(100L)).isEqualTo("value 100");
    }

    /** Waits until nothing is in doubt: the one who decides is another thread, which lets go of the lock of the key then. */
    private void assertDecided(long id) {
        application.template.execute(status -> application.map.getForUpdate(id));
        assertThat(application.log.inDoubt()).isEmpty();
    }

    private void nothingIsThere() {
        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
        assertThat(application.log.inDoubt()).isEmpty();
    }

    private void write(long id) {
        application.required().executeWithoutResult(status -> {
            application.insert(id);
            application.map.put(id, String.valueOf(id));
        });
    }

    private void nested(long id, boolean fails) {
        application.in(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(inner -> {
            application.insert(id);
            application.map.put(id, String.valueOf(id));
            application.log(id);
            if (fails) {
                inner.setRollbackOnly();
            }
        });
    }

    private void restart() {
        application.close();
        application = JoinedApplication.start(directory.resolve("log"), url, "wal.transaction.join=prepared");
    }

    private int markersInTheDatabase() {
        return new JdbcTemplate(new DriverManagerDataSource(url))
                .queryForObject("select count(*) from wal_marker", Integer.class);
    }
}
