package dev.wal.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.annotation.Scheduled;

/** The backup of the page about operations. */
class OperationsPageTests {
    @TempDir
    Path directory;

    static class Backups {
        private final WalManager walManager;
        private final Path backups;

        Backups(WalManager walManager, Path backups) {
            this.walManager = walManager;
            this.backups = backups;
        }

        @Scheduled(cron = "0 0 3 * * *")
        void backUp() {
            walManager.backup(backups.resolve(LocalDate.now().toString()));
        }
    }

    @Test
    void aBackupOpensWithWhatWasCommitted() throws IOException {
        Path backups = directory.resolve("backups");
        try (WalManager walManager =
                WalManager.open(WalOptions.builder(directory.resolve("wal")).build())) {
            walManager.logInsert("events", 0, 7, Row.of(Value.of("paid")));
            new Backups(walManager, backups).backUp();
        }

        List<Long> rows = new ArrayList<>();
        try (WalManager copy =
                WalManager.open(WalOptions.builder(onlyOneIn(backups)).build())) {
            copy.replay(change -> rows.add(change.rowId()));
        }
        assertThat(rows).containsExactly(7L);
    }

    private static Path onlyOneIn(Path backups) throws IOException {
        try (Stream<Path> made = Files.list(backups)) {
            List<Path> all = made.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
