package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalStatus;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalSpaceException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.WalTemplate;
import dev.wal.state.WalState;
import dev.wal.state.WalStates;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.InvalidIsolationLevelException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class WalTransactionManagerTests {
    private static final int TIMEOUT_THAT_HAS_PASSED = 0;

    @TempDir
    Path directory;

    private FailingStorage storage;
    private WalManager log;
    private WalTransactionManager manager;
    private TransactionTemplate transactions;
    private WalTemplate template;

    @BeforeEach
    void open() {
        storage = new FailingStorage(directory);
        log = WalManager.open(WalOptions.builder(directory)
                .storage(storage)
                .segmentSize(64 * 1024)
                .build());
        manager = new WalTransactionManager(log);
        transactions = new TransactionTemplate(manager);
        template = new WalTemplate(log, manager, new BoundTransactions(() -> log));
    }

    @AfterEach
    void nothingStaysBound() {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
        log.close();
    }

    @Test
    void aCommittedTransactionIsInTheLog() {
        transactions.executeWithoutResult(status -> {
            insert(1);
            insert(2);
        });

        assertThat(committed()).containsExactly(1L, 2L);
    }

    @Test
    void aRolledBackTransactionIsNotInTheLog() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");

        assertThat(committed()).isEmpty();
    }

    @Test
    void aTransactionThatWritesNothingWritesNothing() {
        List<WalStatus.Partition> before = log.status().partitions();

        transactions.executeWithoutResult(status -> {});

        assertThat(log.status().partitions()).isEqualTo(before);
    }

    @Test
    void aWriteWithoutATransactionIsRefused() {
        assertThatThrownBy(() -> insert(1))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("@Transactional")
                .hasMessageContaining("@WalTransactional")
                .hasMessageContaining("walTemplate.execute");
    }

    @Test
    void aWriteAfterTheCommitIsRefusedAndNamesRequiresNew() {
        List<Throwable> thrown = new ArrayList<>();

        transactions.executeWithoutResult(status -> {
            insert(1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    try {
                        insert(2);
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
        assertThat(committed()).containsExactly(1L);
    }

    @Test
    void requiresNewCommitsWhateverTheOuterTransactionDoes() {
        TransactionTemplate inner = new TransactionTemplate(manager);
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        transactions.executeWithoutResult(status -> {
            insert(1);
            inner.executeWithoutResult(nested -> insert(2));
            status.setRollbackOnly();
        });

        assertThat(committed()).containsExactly(2L);
    }

    @Test
    void aNestedTransactionRollsBackToItsSavepoint() {
        TransactionTemplate nested = new TransactionTemplate(manager);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

        transactions.executeWithoutResult(status -> {
            insert(1);
            nested.executeWithoutResult(inner -> {
                insert(2);
                inner.setRollbackOnly();
            });
            insert(3);
        });

        assertThat(committed()).containsExactly(1L, 3L);
    }

    @Test
    void aParticipantThatFailsRollsTheWholeTransactionBack() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    try {
                        transactions.executeWithoutResult(participant -> {
                            throw new IllegalStateException("participant");
                        });
                    } catch (IllegalStateException expected) {
                        insert(2);
                    }
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(committed()).isEmpty();
    }

    @Test
    void aReadOnlyTransactionRefusesWritesAndLogsNothing() {
        List<WalStatus.Partition> before = log.status().partitions();
        transactions.setReadOnly(true);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> insert(1)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("read-only");
        transactions.executeWithoutResult(status -> {});

        assertThat(log.status().partitions()).isEqualTo(before);
    }

    @Test
    void aParticipantOfAReadOnlyTransactionCannotWriteEither() {
        TransactionTemplate readOnly = new TransactionTemplate(manager);
        readOnly.setReadOnly(true);

        assertThatThrownBy(() -> readOnly.executeWithoutResult(
                        outer -> transactions.executeWithoutResult(participant -> insert(1))))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("where the transaction begins");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                TransactionDefinition.ISOLATION_DEFAULT,
                TransactionDefinition.ISOLATION_READ_UNCOMMITTED,
                TransactionDefinition.ISOLATION_READ_COMMITTED
            })
    void theIsolationThatWasAskedForIsRecordedInBegin(int isolation) {
        transactions.setIsolationLevel(isolation);

        transactions.executeWithoutResult(status -> insert(1));

        assertThat(log.recover().values().stream().flatMap(List::stream))
                .filteredOn(WalRecord.Begin.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        WalRecord.Begin.class,
                        begin -> assertThat(begin.isolationLevel()).isEqualTo(isolation));
    }

    @ParameterizedTest
    @ValueSource(ints = {TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE})
    void anIsolationThatCannotBeHadIsRefused(int isolation) {
        transactions.setIsolationLevel(isolation);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {}))
                .isInstanceOf(InvalidIsolationLevelException.class)
                .hasMessageContaining("READ_COMMITTED")
                .hasMessageContaining("getForUpdate");
    }

    @Test
    void aTransactionThatTimedOutIsRolledBackAtItsCommit() {
        List<Integer> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    rememberOutcome(outcomes);
                    WalTransactionManager.bound(log).setTimeoutInMillis(TIMEOUT_THAT_HAS_PASSED);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_ROLLED_BACK);
        assertThat(committed()).isEmpty();
    }

    @Test
    void aFailedForceIsAnUnknownOutcome() {
        List<Integer> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    rememberOutcome(outcomes);
                    storage.failForces();
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasCauseInstanceOf(CommitUnknownException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_UNKNOWN);
    }

    @Test
    void aFailedForceIsAnUnknownOutcomeAlsoIfFailuresAreToBeRolledBack() {
        manager.setRollbackOnCommitFailure(true);
        List<Integer> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    rememberOutcome(outcomes);
                    storage.failForces();
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasCauseInstanceOf(CommitUnknownException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_UNKNOWN);
    }

    @Test
    void aStateThatThrowsAfterTheForceIsAnUnknownOutcome() {
        assertUnknownOutcomeIfAStateThrows(new IllegalStateException("mine"))
                .hasCauseInstanceOf(CommitUnknownException.class)
                .hasRootCauseMessage("mine");
    }

    @Test
    void aStateThatThrowsAfterTheForceIsAnUnknownOutcomeAlsoIfFailuresAreToBeRolledBack() {
        manager.setRollbackOnCommitFailure(true);

        assertUnknownOutcomeIfAStateThrows(new IllegalStateException("mine"));
    }

    /** The one exception that the base class takes for a rollback. */
    @Test
    void aStateThatThrowsARollbackAfterTheForceIsAnUnknownOutcome() {
        assertUnknownOutcomeIfAStateThrows(new UnexpectedRollbackException("mine"));
    }

    private AbstractThrowableAssert<?, ?> assertUnknownOutcomeIfAStateThrows(RuntimeException thrown) {
        attachStateThatThrows(thrown);
        List<Integer> outcomes = new ArrayList<>();

        AbstractThrowableAssert<?, ?> failure = assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    rememberOutcome(outcomes);
                }))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_UNKNOWN);
        return failure;
    }

    @Test
    void whatAStateThrewAtIsForcedAndThereAfterARestart() {
        attachStateThatThrows(new IllegalStateException("mine"));

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> insert(1)))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(log.status().partitions())
                .anyMatch(partition -> partition.appendedLsn() >= 0)
                .allMatch(partition -> partition.durableLsn() == partition.appendedLsn());
        log.close();
        log = WalManager.open(
                WalOptions.builder(directory).segmentSize(64 * 1024).build());
        assertThat(committed()).containsExactly(1L);
    }

    @Test
    void aSynchronizationThatThrowsAfterTheCommitLeavesItCommitted() {
        List<Integer> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    rememberOutcome(outcomes);
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            throw new IllegalStateException("mine");
                        }
                    });
                }))
                .hasMessage("mine");

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_COMMITTED);
        assertThat(committed()).containsExactly(1L);
    }

    @Test
    void noTransactionBeginsAfterAFailure() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    storage.failForces();
                }))
                .isInstanceOf(TransactionSystemException.class);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> insert(2)))
                .isInstanceOf(CannotCreateTransactionException.class)
                .hasMessageContaining("Input/output error");
    }

    @Test
    void rollingBackAfterAFailureDoesNotThrowForTheLogsSake() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    insert(1);
                    storage.failForces();
                    assertThatThrownBy(() -> log.logInsert("t", 0, 2, Row.of())).isInstanceOf(WalException.class);
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine")
                .hasNoSuppressedExceptions();
    }

    @Test
    void aCommitThatWasRefusedBeforeAnythingWasWrittenIsRolledBack() {
        List<Integer> outcomes = new ArrayList<>();
        AtomicInteger committed = new AtomicInteger();
        storage.failCreations(true);

        assertThatThrownBy(() -> {
                    while (true) {
                        outcomes.clear();
                        transactions.executeWithoutResult(status -> {
                            template.insert("t", committed.get(), Row.of(Value.of(new byte[8 * 1024])));
                            rememberOutcome(outcomes);
                        });
                        committed.incrementAndGet();
                    }
                })
                .isInstanceOf(WalSpaceException.class);

        assertThat(outcomes).containsExactly(TransactionSynchronization.STATUS_ROLLED_BACK);
        assertThat(committed()).hasSize(committed.get());
    }

    private void insert(long rowId) {
        template.insert("t", rowId, Row.of(Value.of(rowId)));
    }

    private void attachStateThatThrows(RuntimeException thrown) {
        WalStates.attach(log, List.of(new ThrowingState(thrown)));
    }

    private static void rememberOutcome(List<Integer> outcomes) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                outcomes.add(status);
            }
        });
    }

    private List<Long> committed() {
        List<Long> rowIds = new ArrayList<>();
        log.replay(change -> rowIds.add(((WalRecord.Insert) change.record()).rowId()));
        return rowIds;
    }

    /** Takes no change: a state is told after the force, so that what it throws comes too late to roll back. */
    private record ThrowingState(RuntimeException thrown) implements WalState {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public Set<String> tables() {
            return Set.of("t");
        }

        @Override
        public void apply(WalChange change) {
            throw thrown;
        }

        @Override
        public void restore(int partition, InputStream snapshot) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Frozen freeze(int partition) {
            throw new UnsupportedOperationException();
        }
    }
}
