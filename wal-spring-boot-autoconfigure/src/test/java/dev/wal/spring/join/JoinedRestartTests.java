package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.InDoubtResolver;
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
        KilledLog killed = KilledLog.inDoubt(directory, url, true);

        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.ids()).containsExactly(1L);
            assertThat(restarted.map.get(1L)).isEqualTo("one");
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void aTransactionThatTheDatabaseHasNotCommittedIsRolledBack() {
        KilledLog killed = KilledLog.inDoubt(directory, url, false);

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
        KilledLog killed = KilledLog.inDoubt(directory, url, false);
        mark(database(), killed, "A");

        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.map.get(1L)).isNull();
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
        assertThat(markersInTheDatabase()).isZero();
    }

    @Test
    void aTransactionThatIsStillCommittingIsWaitedFor() throws Exception {
        KilledLog killed = KilledLog.inDoubt(directory, url, false);
        try (Connection committing = database().getDataSource().getConnection()) {
            committing.setAutoCommit(false);
            mark(new JdbcTemplate(new SingleConnectionDataSource(committing, true)), killed, "C");
            WaitingApplication.asked = new CountDownLatch(1);
            CompletableFuture<JoinedApplication> start = CompletableFuture.supplyAsync(() -> JoinedApplication.start(
                    killed.directory(), url, WaitingApplication.class, "wal.transaction.join=prepared"));
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
        KilledLog killed = KilledLog.inDoubt(directory, url, true);
        String id = String.valueOf(killed.transactionId());

        assertThatThrownBy(() -> JoinedApplication.start(
                        killed.directory(), url, UnreachableApplication.class, "wal.transaction.join=prepared"))
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
        KilledLog killed = KilledLog.inDoubt(directory, url, true);
        String id = String.valueOf(killed.transactionId());

        for (String join : new String[] {"none", "after-commit"}) {
            assertThatThrownBy(() -> JoinedApplication.start(killed.directory(), url, "wal.transaction.join=" + join))
                    .hasStackTraceContaining(TransactionsInDoubtException.class.getName())
                    .hasStackTraceContaining(id);
        }
        try (JoinedApplication restarted = start(killed)) {
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void anApplicationWithAResolverOfItsOwnMayLeaveTransactionsInDoubt() {
        KilledLog killed = KilledLog.inDoubt(directory, url, true);

        try (JoinedApplication application = JoinedApplication.start(killed.directory(), url, OwnResolver.class)) {
            assertThat(application.log.inDoubt()).hasSize(1);
        }
    }

    private static void mark(JdbcTemplate database, KilledLog killed, String outcome) {
        database.update(
                "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, ?)",
                killed.logId(),
                killed.transactionId(),
                outcome);
    }

    private JoinedApplication start(KilledLog killed) {
        return JoinedApplication.start(killed.directory(), url, "wal.transaction.join=prepared");
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
