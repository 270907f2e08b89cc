package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.record.Row;
import dev.wal.record.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A failure at each point of a transaction: afterwards the thread is as it was before, and an outer transaction goes on. */
class NothingStaysBoundTests {
    @TempDir
    Path directory;

    private LogFixture fixture;

    /** Where something of the user's throws. */
    private enum Point {
        LISTENER_BEFORE_BEGIN,
        ACTION,
        SYNCHRONIZATION_BEFORE_COMMIT,
        SYNCHRONIZATION_BEFORE_COMPLETION,
        LISTENER_BEFORE_COMMIT,
        SYNCHRONIZATION_AFTER_COMMIT,
        SYNCHRONIZATION_AFTER_COMPLETION,
        LISTENER_AFTER_COMMIT,
        LISTENER_BEFORE_ROLLBACK,
        LISTENER_AFTER_ROLLBACK
    }

    @BeforeEach
    void open() {
        fixture = new LogFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void afterAFailureOfAnything(Point point) {
        fail(point);

        assertThat(LogFixture.nothingIsBound()).isTrue();
        fixture.manager.setTransactionExecutionListeners(List.of());
        fixture.required().executeWithoutResult(status -> {
            assertThat(status.isNewTransaction()).isTrue();
            fixture.insert(9);
        });
        assertThat(fixture.committed()).last().isEqualTo(9L);
    }

    @ParameterizedTest
    @EnumSource
    void afterAFailureOfAnythingInATransactionInside(Point point) {
        fixture.required().executeWithoutResult(outer -> {
            WalResourceHolder holder = WalTransactionManager.bound(fixture.log);
            fail(point);
            assertThat(WalTransactionManager.bound(fixture.log)).isSameAs(holder);
            assertThat(holder.isRollbackOnly()).isFalse();
            assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                    .isTrue();
            fixture.manager.setTransactionExecutionListeners(List.of());
            fixture.insert(9);
        });

        assertThat(LogFixture.nothingIsBound()).isTrue();
        assertThat(fixture.committed()).last().isEqualTo(9L);
    }

    @Test
    void afterABeginThatIsRefused() {
        fixture.log.close();

        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {}))
                .isInstanceOf(CannotCreateTransactionException.class)
                .hasMessageContaining("closed");

        assertThat(LogFixture.nothingIsBound()).isTrue();
    }

    @Test
    void afterALogThatWasClosedUnderTheTransaction() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.insert(1);
                    fixture.log.close();
                }))
                .isInstanceOf(RuntimeException.class);

        assertThat(LogFixture.nothingIsBound()).isTrue();
    }

    @Test
    void afterACommitWhoseOutcomeIsUnknown() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(status -> {
                    fixture.insert(1);
                    fixture.storage.failForces();
                }))
                .isInstanceOf(TransactionSystemException.class);

        assertThat(LogFixture.nothingIsBound()).isTrue();
    }

    @Test
    void afterACommitWhoseOutcomeIsUnknownInATransactionInside() {
        assertThatThrownBy(() -> fixture.required().executeWithoutResult(outer -> {
                    WalResourceHolder holder = WalTransactionManager.bound(fixture.log);
                    assertThatThrownBy(() -> requiresNew().executeWithoutResult(inner -> {
                                fixture.insert(1);
                                fixture.storage.failForces();
                            }))
                            .isInstanceOf(TransactionSystemException.class);
                    assertThat(WalTransactionManager.bound(fixture.log)).isSameAs(holder);
                    fixture.insert(2);
                }))
                .isInstanceOf(RuntimeException.class);

        assertThat(LogFixture.nothingIsBound()).isTrue();
    }

    @Test
    void afterAWriteThatIsRefused() {
        assertThatThrownBy(() -> fixture.required()
                        .executeWithoutResult(
                                status -> fixture.template.insert("t", 1, Row.of(Value.of(new byte[1024 * 1024])))))
                .isInstanceOf(RuntimeException.class);

        assertThat(LogFixture.nothingIsBound()).isTrue();
    }

    private void fail(Point point) {
        fixture.manager.setTransactionExecutionListeners(List.of(new FailingListener(point)));
        Throwable thrown = null;
        try {
            requiresNew().executeWithoutResult(status -> {
                fixture.insert(1);
                TransactionSynchronizationManager.registerSynchronization(new FailingSynchronization(point));
                if (point == Point.LISTENER_BEFORE_ROLLBACK || point == Point.LISTENER_AFTER_ROLLBACK) {
                    status.setRollbackOnly();
                }
                throwAt(Point.ACTION, point);
            });
        } catch (IllegalStateException e) {
            thrown = e;
        }
        if (point == Point.SYNCHRONIZATION_BEFORE_COMPLETION || point == Point.SYNCHRONIZATION_AFTER_COMPLETION) {
            assertThat(thrown).as("the framework logs it").isNull();
        } else {
            assertThat(thrown).hasMessage(point.name());
        }
    }

    private TransactionTemplate requiresNew() {
        return fixture.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    private static void throwAt(Point here, Point point) {
        if (here == point) {
            throw new IllegalStateException(point.name());
        }
    }

    private record FailingSynchronization(Point point) implements TransactionSynchronization {
        @Override
        public void beforeCommit(boolean readOnly) {
            throwAt(Point.SYNCHRONIZATION_BEFORE_COMMIT, point);
        }

        @Override
        public void beforeCompletion() {
            throwAt(Point.SYNCHRONIZATION_BEFORE_COMPLETION, point);
        }

        @Override
        public void afterCommit() {
            throwAt(Point.SYNCHRONIZATION_AFTER_COMMIT, point);
        }

        @Override
        public void afterCompletion(int status) {
            throwAt(Point.SYNCHRONIZATION_AFTER_COMPLETION, point);
        }
    }

    private record FailingListener(Point point) implements TransactionExecutionListener {
        @Override
        public void beforeBegin(TransactionExecution transaction) {
            throwAt(Point.LISTENER_BEFORE_BEGIN, point);
        }

        @Override
        public void beforeCommit(TransactionExecution transaction) {
            throwAt(Point.LISTENER_BEFORE_COMMIT, point);
        }

        @Override
        public void afterCommit(TransactionExecution transaction, Throwable commitFailure) {
            throwAt(Point.LISTENER_AFTER_COMMIT, point);
        }

        @Override
        public void beforeRollback(TransactionExecution transaction) {
            throwAt(Point.LISTENER_BEFORE_ROLLBACK, point);
        }

        @Override
        public void afterRollback(TransactionExecution transaction, Throwable rollbackFailure) {
            throwAt(Point.LISTENER_AFTER_ROLLBACK, point);
        }
    }
}
