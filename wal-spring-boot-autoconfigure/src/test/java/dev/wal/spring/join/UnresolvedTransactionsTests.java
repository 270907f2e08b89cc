package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.common.WalSpaceException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.boot.actuate.WalHealthIndicator;
import dev.wal.spring.boot.autoconfigure.WalHealthContributorAutoConfiguration;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;

/** A transaction that the database has committed, and whose outcome does not get into the log for a while: what others see, and what health says. */
class UnresolvedTransactionsTests {
    /** A few of each fill a segment. */
    private static final int[] SIZES = {100_000, 10_000, 1_000, 100, 1};

    /** What a segment keeps for outcomes is a few hundred bytes. */
    private static final int MORE_THAN_THE_RESERVE_TAKES = 50;

    @TempDir
    Path directory;

    private JoinedApplication application;

    @BeforeEach
    void start() {
        application = JoinedApplication.start(
                directory, JoinedApplication.newDatabase(), WithHealth.class, "wal.transaction.join=prepared");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void anOutcomeThatTheFullLogRefusesIsWrittenWhenThereIsSpaceAgain() {
        write(1, "old");
        Deque<WalTransaction> others = prepareOthers();
        application.database.beforeCommit = () -> {
            application.database.beforeCommit = HookedDataSource.Hook.NOTHING;
            application.storage.failCreations(true);
            fill();
            useUpTheReserve(others);
        };
        write(2, "new");

        assertThat(application.ids()).containsExactly(1L, 2L);
        await("the outcome was refused")
                .untilAsserted(() -> assertThat(health().getDetails()).containsEntry("unresolved", 1));
        assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health().getDetails().get("warning"))
                .asString()
                .contains("in doubt (1)", "No further segment can be made", "No space left on device");
        assertThat(application.map.get(0L)).isEqualTo("old");
        assertThat(application.map.get(2L)).isNull();

        application.storage.failCreations(false);
        await("the outcome is written").until(() -> "new".equals(application.map.get(0L)));
        await("nothing is left")
                .untilAsserted(() -> assertThat(health().getDetails())
                        .containsEntry("unresolved", 0)
                        .doesNotContainKey("warning"));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        write(3, "newer");
        assertThat(application.map.get(2L)).isEqualTo("new");
        assertThat(application.map.get(0L)).isEqualTo("newer");
        others.forEach(WalTransaction::commit);
        assertThat(application.log.inDoubt()).isEmpty();
    }

    @Test
    void aRollbackThatTheFullLogRefusesIsWrittenWhenThereIsSpaceAgain() {
        Deque<WalTransaction> others = prepareOthers();
        application.database.beforeMarker = () -> {
            application.database.beforeMarker = HookedDataSource.Hook.NOTHING;
            application.storage.failCreations(true);
            fill();
            useUpTheReserve(others);
            throw new SQLException("the marker was refused", "40001");
        };
        assertThatThrownBy(() -> write(1, "new")).isInstanceOf(DataAccessException.class);

        await("the outcome was refused")
                .untilAsserted(() -> assertThat(health().getDetails()).containsEntry("unresolved", 1));
        application.storage.failCreations(false);
        await("the outcome is written")
                .untilAsserted(() -> assertThat(health().getDetails()).containsEntry("unresolved", 0));
        write(1, "newer");
        assertThat(application.map.get(0L)).isEqualTo("newer");
        assertThat(application.ids()).containsExactly(1L);
    }

    @Test
    void aDatabaseThatDoesNotSayWhatBecameOfATransactionLeavesTheLogUpWithAWarning() {
        assertThat(health().getDetails()).containsEntry("unresolved", 0);
        application.keepMarkers();
        application.database.afterCommit = () -> {
            application.database.afterCommit = HookedDataSource.Hook.NOTHING;
            throw new SQLException("the answer was lost", "08006");
        };
        assertThatThrownBy(() -> write(1, "new")).isInstanceOf(RuntimeException.class);

        await("the question was not answered")
                .untilAsserted(() -> assertThat(health().getDetails()).containsEntry("unresolved", 1));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        assertThat(health().getDetails().get("warning")).asString().contains("in doubt (1)", "keys locked");
        assertThat(application.map.get(0L)).isNull();

        application.database.beforeConnection = HookedDataSource.Hook.NOTHING;
        await("it was answered").until(() -> "new".equals(application.map.get(0L)));
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(60));
    }

    private Health health() {
        Health health = application.context.getBean(WalHealthIndicator.class).health(true);
        assertThat(health).isNotNull();
        return health;
    }

    /** In the table and in the map, and under one more key of the map that all share. */
    private void write(long id, String value) {
        application.required().executeWithoutResult(status -> {
            application.insert(id);
            application.map.put(id, value);
            application.map.put(0L, value);
        });
    }

    private Deque<WalTransaction> prepareOthers() {
        Deque<WalTransaction> prepared = new ArrayDeque<>();
        for (int i = 0; i < MORE_THAN_THE_RESERVE_TAKES; i++) {
            WalTransaction transaction = application.log.begin();
            transaction.insert("others", 0, i, Row.of());
            transaction.prepare();
            prepared.add(transaction);
        }
        return prepared;
    }

    private void fill() {
        WalManager log = application.log;
        for (int size : SIZES) {
            Row row = Row.of(Value.of(new byte[size]));
            assertThatThrownBy(() -> {
                        while (true) {
                            log.logInsert("t", 0, 1, row);
                        }
                    })
                    .isInstanceOf(WalSpaceException.class);
        }
    }

    /** Outcomes of other transactions, until the next is refused. */
    private static void useUpTheReserve(Deque<WalTransaction> others) {
        assertThatThrownBy(() -> {
                    while (true) {
                        others.getFirst().commit();
                        others.removeFirst();
                    }
                })
                .isInstanceOf(WalSpaceException.class);
        assertThat(others).isNotEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    @ImportAutoConfiguration(WalHealthContributorAutoConfiguration.class)
    static class WithHealth {}
}
