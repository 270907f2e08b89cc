package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import java.nio.file.Path;
import java.sql.SQLException;

/** A log as a kill leaves it between the two commits of transaction 1. */
final class KilledLog {
    private final Path directory;

    private KilledLog(Path directory) {
        this.directory = directory;
    }

    /** @param committed whether the kill comes after the commit of the database, or instead of it */
    static KilledLog inDoubt(Path directory, String url, boolean committed) {
        Path copy = directory.resolve("killed");
        try (JoinedApplication application =
                JoinedApplication.start(directory.resolve("log"), url, "wal.transaction.join=prepared")) {
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
            Throwable failure = catchThrowable(() -> application.required().executeWithoutResult(status -> {
                application.insert(1);
                application.map.put(1L, "one");
            }));
            if (committed) {
                assertThat(failure).isNull();
            } else {
                assertThat(failure).hasRootCauseMessage("the database was killed");
            }
        }
        return new KilledLog(copy);
    }

    Path directory() {
        return directory;
    }

    long logId() {
        try (WalManager opened = open()) {
            return opened.logId();
        }
    }

    long transactionId() {
        try (WalManager opened = open()) {
            return opened.inDoubt().get(0).transactionId();
        }
    }

    private WalManager open() {
        return WalManager.open(
                WalOptions.builder(directory).segmentSize(1 << 20).build());
    }
}
