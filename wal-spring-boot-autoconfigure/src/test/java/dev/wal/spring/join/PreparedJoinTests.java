package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One outcome for the tables of a database and the log. */
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

        assertThat(application.ids()).isEmpty();
        assertThat(application.map.get(1L)).isNull();
        assertThat(application.log.inDoubt()).isEmpty();
    }

    @Test
    void aKillBetweenTheCommitOfTheDatabaseAndTheLogLosesNothing() {
        Path copy = directory.resolve("copy");
        application.keepMarkers();
        application.database.afterCommit = () -> {
            application.database.afterCommit = HookedDataSource.Hook.NOTHING;
            application.copyLog(copy);
        };
        application.required().executeWithoutResult(status -> {
            application.insert(1);
            application.map.put(1L, "one");
        });

        try (JoinedApplication restarted = JoinedApplication.start(copy, url, "wal.transaction.join=prepared")) {
            assertThat(restarted.ids()).containsExactly(1L);
            assertThat(restarted.map.get(1L)).isEqualTo("one");
        }
    }
}
