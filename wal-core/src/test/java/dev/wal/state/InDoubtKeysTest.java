package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.InDoubtResolver.Decision;
import dev.wal.WalTransaction;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A transaction in doubt holds the keys that it has locked until it is decided, whoever decides. */
class InDoubtKeysTest {
    private final MapLog log = new MapLog(new MemoryStorage(), Duration.ZERO);
    private final List<WalTransaction.Outcome> told = new ArrayList<>();

    @AfterEach
    void close() {
        log.close();
    }

    private void put(String value) {
        log.inTransaction(() -> {
            log.map().put(1L, value);
        });
    }

    /** Prepares a transaction that sets the key, and does something with it. */
    private WalTransaction prepared(Consumer<WalTransaction> afterwards) {
        List<WalTransaction> made = new ArrayList<>();
        assertThatThrownBy(() -> log.inTransaction(() -> {
                    WalTransaction transaction = log.current();
                    made.add(transaction);
                    transaction.addListener(new WalTransaction.Listener() {
                        @Override
                        public void completed(WalTransaction.Outcome outcome) {
                            told.add(outcome);
                        }
                    });
                    log.map().put(1L, "promised");
                    transaction.prepare();
                    afterwards.accept(transaction);
                    throw new LeftException();
                }))
                .isInstanceOf(LeftException.class);
        return made.get(0);
    }

    private static final class LeftException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void assertHeld() {
        assertThatThrownBy(() -> put("other")).isInstanceOf(LockConflictException.class);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Decision.class,
            names = {"COMMIT", "ROLL_BACK"})
    void oneThatIsClosedHoldsThemUntilItIsResolved(Decision decision) {
        put("before");
        WalTransaction transaction = prepared(WalTransaction::close);
        assertHeld();
        log.manager().resolve(transaction.id(), Decision.LEAVE);
        assertHeld();

        log.manager().resolve(transaction.id(), decision);

        boolean commits = decision == Decision.COMMIT;
        assertThat(told)
                .containsExactly(commits ? WalTransaction.Outcome.COMMITTED : WalTransaction.Outcome.ROLLED_BACK);
        assertThat(log.map().get(1L)).isEqualTo(commits ? "promised" : "before");
        put("after");
        assertThat(log.map().get(1L)).isEqualTo("after");
    }

    @ParameterizedTest
    @EnumSource(
            value = Decision.class,
            names = {"COMMIT", "ROLL_BACK"})
    void aDecisionByAnotherThreadLetsThemGo(Decision decision) {
        prepared(transaction -> {
            CompletableFuture.runAsync(() -> log.manager().resolve(transaction.id(), decision))
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            put("after");
            assertThat(transaction.hasEnded()).isTrue();
            assertThatThrownBy(transaction::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("decided already: " + decision);
        });
        assertThat(told).hasSize(1);
        assertThat(log.map().get(1L)).isEqualTo("after");
    }
}
