package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aTransactionThatIsStillCommittingIsWaitedFor() throws Exception {
        KilledLog killed = KilledLog.inDoubt(directory, url, false);
        try (Connection committing = new DriverManagerDataSource(url).getConnection()) {
            committing.setAutoCommit(false);
            new JdbcTemplate(new SingleConnectionDataSource(committing, true))
                    .update(
                            "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, 'C')",
                            killed.logId(),
                            killed.transactionId());
            CompletableFuture<JoinedApplication> start = CompletableFuture.supplyAsync(() -> start(killed.directory()));
            Awaitility.await("the database has the start wait")
                    .atMost(Duration.ofSeconds(60))
                    .until(this::somebodyWaits);
            assertThat(start).isNotDone();

            committing.commit();
            try (JoinedApplication restarted = start.get(60, TimeUnit.SECONDS)) {
                assertThat(restarted.map.get(1L)).isEqualTo("one");
            }
        }
    }

    private boolean somebodyWaits() {
        return new JdbcTemplate(new DriverManagerDataSource(url))
                        .queryForObject(
                                "select count(*) from information_schema.system_sessions where this_waiting_for <> ''",
                                Integer.class)
                > 0;
    }

    private JoinedApplication start(Path log) {
        return JoinedApplication.start(log, url, "wal.transaction.join=prepared");
    }
}
