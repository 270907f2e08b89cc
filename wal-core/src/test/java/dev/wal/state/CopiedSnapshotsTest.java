package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.WalRecovery;
import dev.wal.common.WalCorruptedException;
import dev.wal.recovery.CopyReport;
import dev.wal.recovery.RecoveryTarget;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots are verified when they are copied, not on the day when the copy is needed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopiedSnapshotsTest {
    @TempDir
    private Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void twoCheckpoints() {
        source = directory.resolve("source");
        target = directory.resolve("target");
        try (MapLog log = new MapLog(Storage.of(source))) {
            for (long round = 0; round < 2; round++) {
                long key = round;
                log.inTransaction(() -> {
                    log.map().put(key, "value");
                });
                log.manager().checkpoint(0);
            }
            log.inTransaction(() -> {
                log.map().put(0L, "last");
            });
        }
        assertThat(snapshots(source)).hasSize(2);
    }

    private static List<String> snapshots(Path log) {
        return Storage.of(log).directory().toFile().exists()
                ? Stream.of(log.toFile().list())
                        .filter(FileNames::isSnapshot)
                        .sorted()
                        .toList()
                : List.of();
    }

    private void damage(String snapshot, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(source.resolve(snapshot));
        bytes[offset] ^= 4;
        Files.write(source.resolve(snapshot), bytes);
    }

    private CopyReport copy(boolean backup) {
        if (!backup) {
            return WalRecovery.recoverTo(source, target, RecoveryTarget.position(Long.MAX_VALUE));
        }
        try (MapLog log = new MapLog(Storage.of(source))) {
            return log.manager().backup(target);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 61, 70, 100})
    void theNewestIsLeftOutIfItIsDamagedAndIsNamed(int offset) throws IOException {
        String newest = snapshots(source).get(1);
        damage(newest, offset);

        CopyReport report = copy(false);

        assertThat(report.damagedSnapshots()).containsExactly(newest);
        assertThat(snapshots(target)).containsExactly(snapshots(source).get(0));
        try (MapLog log = new MapLog(Storage.of(target))) {
            assertThat(log.map().copy()).isEqualTo(Map.of(0L, "last", 1L, "value"));
        }
    }

    @Test
    void aMissingOneIsDamagedToo() throws IOException {
        String newest = snapshots(source).get(1);
        Files.delete(source.resolve(newest));

        assertThat(copy(false).damagedSnapshots()).containsExactly(newest);
    }

    @Test
    void nothingIsMadeIfAPartitionHasNoneThatIsIntact() throws IOException {
        for (String snapshot : snapshots(source)) {
            damage(snapshot, 80);
        }

        assertThatExceptionOfType(WalCorruptedException.class)
                .isThrownBy(() -> copy(false))
                .withMessageContaining("partition 0")
                .withMessageContaining("no copy");
        assertThat(target.resolve(FileNames.MANIFEST)).doesNotExist();
        assertThat(snapshots(target)).isEmpty();
    }

    @Test
    void aBackupVerifiesThemToo() throws IOException {
        // The older one is not read when the log is opened.
        String older = snapshots(source).get(0);
        damage(older, 80);

        assertThat(copy(true).damagedSnapshots()).containsExactly(older);
    }
}
