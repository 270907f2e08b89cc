package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.InDoubtResolver;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.transaction.TransactionsInDoubtException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What a start makes of transactions that an earlier one has left between the two commits. */
class JoinedRestartTests {
    @TempDir
    Path directory;

    private final String url = JoinedApplication.newDatabase();

    @Test
    void aTransactionThatTheDatabaseHasCommittedIsCommitted() {
        Path killed = killedInDoubt(true);

        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.ids()).containsExactly(1L);
            assertThat(restarted.map.get(1L)).isEqualTo("one");
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void aTransactionThatTheDatabaseHasNotCommittedIsRolledBack() {
        Path killed = killedInDoubt(false);

        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.ids()).isEmpty();
            assertThat(restarted.map.get(1L)).isNull();
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
        assertThat(markersInTheDatabase()).isZero();
    }

    /** The first start wrote that the transaction cannot commit any more, and was killed before the log had that. */
    @Test
    void aStartThatWasKilledWhileItDecidedIsFollowedByOneThatDecidesTheSame() {
        Path killed = killedInDoubt(false);
        try (WalManager log = open(killed)) {
            long id = log.inDoubt().get(0).transactionId();
            database()
                    .update(
                            "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, 'A')",
                            log.logId(),
                            id);
        }

        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.map.get(1L)).isNull();
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void aTransactionThatIsStillCommittingIsWaitedFor() throws Exception {
        Path killed = killedInDoubt(false);
        try (Connection committing = database().getDataSource().getConnection()) {
            committing.setAutoCommit(false);
            markCommitted(killed, committing);
            WaitingApplication.asked = new CountDownLatch(1);
            CompletableFuture<JoinedApplication> start = CompletableFuture.supplyAsync(() ->
                    JoinedApplication.start(killed, url, WaitingApplication.class, "wal.transaction.join=prepared"));
            assertThat(WaitingApplication.asked.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(start).isNotDone();

            committing.commit();
            try (JoinedApplication restarted = start.get(60, TimeUnit.SECONDS)) {
                assertThat(restarted.map.get(1L)).isEqualTo("one");
            }
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerKeepsTheApplicationFromStartingAndNamesTheTransactions() {
        Path killed = killedInDoubt(true);
        String id = inDoubt(killed);

        assertThatThrownBy(() -> JoinedApplication.start(
                        killed, url, UnreachableApplication.class, "wal.transaction.join=prepared"))
                .hasStackTraceContaining(TransactionsInDoubtException.class.getName())
                .hasStackTraceContaining(id);

        // Nothing was decided, and the directory is free again.
        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNotNeededIfNothingIsInDoubt() {
        JoinedApplication.start(directory.resolve("log"), url, "wal.transaction.join=prepared")
                .close();

        try (JoinedApplication application = JoinedApplication.start(
                directory.resolve("log"), url, UnreachableApplication.class, "wal.transaction.join=prepared")) {
            assertThat(application.map.size()).isZero();
        }
    }

    @Test
    void anApplicationThatJoinsNoMoreDoesNotStartWithTransactionsInDoubt() {
        Path killed = killedInDoubt(true);
        String id = inDoubt(killed);

        for (String join : new String[] {"none", "after-commit"}) {
            assertThatThrownBy(() -> JoinedApplication.start(killed, url, "wal.transaction.join=" + join))
                    .hasStackTraceContaining(TransactionsInDoubtException.class.getName())
                    .hasStackTraceContaining(id);
        }
        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void anApplicationWithAResolverOfItsOwnMayLeaveTransactionsInDoubt() {
        Path killed = killedInDoubt(true);

        try (JoinedApplication application = JoinedApplication.start(killed, url, OwnResolver.class)) {
            assertThat(application.log.inDoubt()).hasSize(1);
        }
    }

    /** A log as a kill leaves it, with a transaction that is prepared, after the database has committed or instead of it. */
    private Path killedInDoubt(boolean committed) {
        Path copy = directory.resolve("killed");
        try (JoinedApplication application = start(directory.resolve("log"))) {
            application.keepMarkers();
            application.database.beforeCommit = () -> {
                if (!committed) {
                    application.copyLog(copy);
                    throw new SQLException("the database was killed", "40001");
                }
            };
            application.database.afterCommit = () -> {
                application.database.afterCommit = HookedDataSource.Hook.NOTHING;
                application.copyLog(copy);
            };
            try {
                application.required().executeWithoutResult(status -> {
                    application.insert(1);
                    application.map.put(1L, "one");
                });
            } catch (RuntimeException e) {
                assertThat(committed).isFalse();
            }
        }
        return copy;
    }

    private void markCommitted(Path log, Connection connection) {
        new JdbcTemplate(new SingleConnectionDataSource(connection, true))
                .update(
                        "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, 'C')",
                        logId(log),
                        Long.parseLong(inDoubt(log)));
    }

    private static WalManager open(Path log) {
        return WalManager.open(WalOptions.builder(log).segmentSize(1 << 20).build());
    }

    private static long logId(Path log) {
        try (WalManager opened = open(log)) {
            return opened.logId();
        }
    }

    private static String inDoubt(Path log) {
        try (WalManager opened = open(log)) {
            return String.valueOf(opened.inDoubt().get(0).transactionId());
        }
    }

    private JoinedApplication start(Path log) {
        return JoinedApplication.start(log, url, "wal.transaction.join=prepared");
    }

    private JdbcTemplate database() {
        return new JdbcTemplate(new DriverManagerDataSource(url));
    }

    private int markersInTheDatabase() {
        return database().queryForObject("select count(*) from wal_marker", Integer.class);
    }

    /** Says when the database is asked. */
    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class WaitingApplication {
        static volatile CountDownLatch asked;

        @Bean
        static HookedDataSources hooks() {
            return new HookedDataSources(database -> database.beforeMarker = asked::countDown);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class UnreachableApplication {

        @Bean
        static HookedDataSources hooks() {
            return new HookedDataSources(database -> database.beforeConnection = () -> {
                throw new SQLException("the database does not answer", "08001");
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(JoinedApplication.Application.class)
    static class OwnResolver {

        @Bean
        WalOptionsCustomizer resolver() {
            return options -> options.inDoubtResolver(transaction -> InDoubtResolver.Decision.LEAVE);
        }
    }
}
