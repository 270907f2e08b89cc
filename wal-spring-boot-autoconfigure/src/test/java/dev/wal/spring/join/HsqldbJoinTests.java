package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Joined transactions beside HSQLDB, with its published script. */
class HsqldbJoinTests {
    @TempDir
    Path directory;

    /** As servers do, it locks rows, and has who inserts the same key wait. */
    private final String url = "jdbc:hsqldb:mem:" + UUID.randomUUID() + ";hsqldb.tx=mvcc";

    @Test
    void bothCommitAndNoMarkerIsLeft() {
        try (JoinedApplication application = start(directory.resolve("log"))) {
            application.required().executeWithoutResult(status -> {
                application.insert(1);
                application.map.put(1L, "one");
            });
        }
        try (JoinedApplication application = start(directory.resolve("log"))) {
            assertThat(application.ids()).containsExactly(1L);
            assertThat(application.map.get(1L)).isEqualTo("one");
            assertThat(application.markers()).isZero();
        }
    }

    @Test
    void bothRollBack() {
        try (JoinedApplication application = start(directory.resolve("log"))) {
            application.insert(1);

            assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                        application.map.put(1L, "one");
                        application.insert(1);
                    }))
                    .isInstanceOf(DuplicateKeyException.class);

            assertThat(application.map.get(1L)).isNull();
            assertThat(application.markers()).isZero();
        }
    }

    @Test
    void aTransactionInDoubtThatHasItsMarkerIsCommitted() {
        KilledLog killed = KilledLog.inDoubt(directory, url, true);

        try (JoinedApplication restarted = start(killed.directory())) {
            assertThat(restarted.ids()).containsExactly(1L);
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }

    @Test
    void aTransactionInDoubtThatHasNoMarkerIsRolledBack() {
        KilledLog killed = KilledLog.inDoubt(directory, url, false);

        try (JoinedApplication restarted = start(killed.directory())) {
            assertThat(restarted.ids()).isEmpty();
            assertThat(restarted.map.get(1L)).isNull();
            assertThat(restarted.log.inDoubt()).isEmpty();
        }
    }

    /** Not by an application: its statements that make tables would wait already, for all that is uncommitted. */
    @Test
    void aTransactionThatIsStillCommittingIsWaitedFor() throws Exception {
        KilledLog killed = KilledLog.inDoubt(directory, url, false);
        DataSource database = new DriverManagerDataSource(url);
        DecisionByMarkers decision = new DecisionByMarkers(new MarkerTable(database), Duration.ofMinutes(1));
        try (Connection committing = database.getConnection();
                WalManager log = WalManager.open(WalOptions.builder(killed.directory())
                        .segmentSize(1 << 20)
                        .build())) {
            committing.setAutoCommit(false);
            new JdbcTemplate(new SingleConnectionDataSource(committing, true))
                    .update(
                            "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, 'C')",
                            log.logId(),
                            log.inDoubt().get(0).transactionId());
            CompletableFuture<Void> decided = CompletableFuture.runAsync(() -> decision.decide(log));
            Awaitility.await("who asks waits")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> waitingInserts(database) == 1);
            assertThat(decided).isNotDone();

            committing.commit();
            decided.get(60, TimeUnit.SECONDS);
            assertThat(log.inDoubt()).isEmpty();
        }
        try (JoinedApplication restarted = start(killed.directory())) {
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }

    private static int waitingInserts(DataSource database) {
        return new JdbcTemplate(database)
                .queryForObject(
                        "select count(*) from information_schema.system_sessions where this_waiting_for <> ''"
                                + " and current_statement like 'insert into wal_marker%'",
                        Integer.class);
    }

    private JoinedApplication start(Path log) {
        return JoinedApplication.start(log, url, "wal.transaction.join=prepared");
    }
}
