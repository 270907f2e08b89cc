package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DuplicateKeyException;

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

    private JoinedApplication start(Path log) {
        return JoinedApplication.start(log, url, "wal.transaction.join=prepared");
    }
}
