package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalSegment;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalCorruptedException;
import dev.wal.recovery.SnapshotFallback;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which snapshots are loaded, and what happens when one of them is damaged. */
class SnapshotFallbackTest {
    private static final int PARTITION = 1;

    private final MemoryStorage storage = new MemoryStorage();
    private final Map<Long, String> expected = new HashMap<>();

    /** Takes checkpoints, with more than a segment of commits before each and behind the last. */
    private void checkpoints(int count) {
        try (MapLog log = new MapLog(storage)) {
            for (int i = 0; i < count; i++) {
                write(log, "checkpoint " + i);
                log.manager().checkpointAll();
            }
            write(log, "behind");
        }
    }

    private void write(MapLog log, String value) {
        for (long key = 0; key < 60; key++) {
            long current = key;
            log.inTransaction(() -> {
                log.map().put(current, value.repeat(30));
            });
            expected.put(key, value.repeat(30));
        }
    }

    private static List<String> snapshotsOf(MemoryStorage storage, int partition) {
        return storage.list().stream()
                .filter(FileNames::isSnapshot)
                .filter(name -> name.startsWith("snapshot-0000" + partition))
                .toList();
    }

    private static void damage(MemoryStorage storage, String name, boolean missing) {
        if (missing) {
            storage.remove(name);
        } else {
            byte[] bytes = storage.bytes(name);
            bytes[bytes.length / 2] ^= 0x10;
            storage.put(name, bytes);
        }
    }

    private static Map<Long, String> contentOf(MapLog log) {
        return log.map().copy();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDamagedOneIsNamedTogetherWithTheOneThatWasUsed(boolean missing) {
        checkpoints(3);
        List<String> kept = snapshotsOf(storage, PARTITION);
        assertThat(kept).hasSize(2);
        damage(storage, kept.get(1), missing);

        for (int start = 0; start < 2; start++) {
            MemoryStorage copy = storage.kill();
            try (MapLog log = new MapLog(copy)) {
                assertThat(contentOf(log)).isEqualTo(expected);
                assertThat(log.manager().recoveryReport().snapshotFallbacks())
                        .containsExactly(new SnapshotFallback(PARTITION, kept.get(1), kept.get(0)));
                assertThat(log.manager().checkpoints().get(PARTITION).snapshot())
                        .isEqualTo(kept.get(0));
            }
        }
    }

    @Test
    void segmentsThatOnlyTheSnapshotsBeforeTheLastNeedAreNotNeededByRecovery() {
        checkpoints(2);

        try (MapLog log = new MapLog(storage)) {
            List<WalSegment> segments = log.manager().segments();
            assertThat(segments).allMatch(WalSegment::neededByFallback);
            assertThat(segments.get(0).neededByRecovery()).isFalse();
            assertThat(segments.get(segments.size() - 1).neededByRecovery()).isTrue();
        }
    }

    @Test
    void whereNoneIsDamagedNothingIsReported() {
        checkpoints(2);
        try (MapLog log = new MapLog(storage)) {
            assertThat(log.manager().recoveryReport().snapshotFallbacks()).isEmpty();
        }
    }

    @Test
    void ifBothAreDamagedTheErrorNamesBothAndChangesNothing() {
        checkpoints(3);
        List<String> kept = snapshotsOf(storage, PARTITION);
        MemoryStorage intact = storage.kill();
        kept.forEach(name -> damage(storage, name, false));

        assertThatThrownBy(() -> new MapLog(storage))
                .isInstanceOf(WalCorruptedException.class)
                .hasMessageContaining("Partition " + PARTITION)
                .hasMessageContaining(kept.get(0))
                .hasMessageContaining(kept.get(1))
                .hasMessageContaining("backup");

        storage.put(kept.get(0), intact.bytes(kept.get(0)));
        try (MapLog log = new MapLog(storage)) {
            assertThat(contentOf(log)).isEqualTo(expected);
        }
    }

    @Test
    void theOneThatWasUsedIsTheFallbackOfTheNext() {
        checkpoints(3);
        String used = snapshotsOf(storage, PARTITION).get(0);
        String damaged = snapshotsOf(storage, PARTITION).get(1);
        damage(storage, damaged, false);
        try (MapLog log = new MapLog(storage)) {
            write(log, "later");
            log.manager().checkpointAll();
            write(log, "latest");
        }
        storage.remove(damaged);
        List<String> kept = snapshotsOf(storage, PARTITION);
        assertThat(kept).hasSize(2).startsWith(used);
        damage(storage, kept.get(1), false);

        try (MapLog log = new MapLog(storage)) {
            assertThat(contentOf(log)).isEqualTo(expected);
            assertThat(log.manager().recoveryReport().snapshotFallbacks())
                    .containsExactly(new SnapshotFallback(PARTITION, kept.get(1), used));
        }
    }

    @Test
    void allPartitionsMayFallBackAtOnce() {
        checkpoints(2);
        LongStream.range(0, 4)
                .forEach(partition ->
                        damage(storage, snapshotsOf(storage, (int) partition).get(1), false));

        try (MapLog log = new MapLog(storage)) {
            assertThat(contentOf(log)).isEqualTo(expected);
            assertThat(log.manager().recoveryReport().snapshotFallbacks()).hasSize(4);
        }
    }

    @Test
    void segmentsAreKeptForTheOneBefore() {
        try (MapLog log = new MapLog(storage)) {
            write(log, "first");
            log.manager().checkpointAll();
            long before = firstSegment();
            write(log, "second");
            log.manager().checkpointAll();
            assertThat(firstSegment()).as("kept for the first").isEqualTo(before);
            write(log, "third");
            log.manager().checkpointAll();
            assertThat(firstSegment()).isGreaterThan(before);
            PartitionCheckpoint last = log.manager().checkpoints().get(PARTITION);
            assertThat(last.redoPosition()).isEqualTo(last.position());
        }
    }

    private long firstSegment() {
        return storage.list().stream()
                .map(FileNames::segmentNumber)
                .filter(java.util.OptionalInt::isPresent)
                .mapToInt(java.util.OptionalInt::getAsInt)
                .min()
                .orElseThrow();
    }

    @Test
    void oneThatTheManifestDoesNotNameIsNotLoadedButDeleted() {
        MemoryStorage before;
        Map<Long, String> contentBefore;
        try (MapLog log = new MapLog(storage)) {
            write(log, "first");
            log.manager().checkpointAll();
            before = storage.kill();
            contentBefore = contentOf(log);
            write(log, "second");
            log.manager().checkpointAll();
        }
        List<String> newer = storage.list().stream()
                .filter(FileNames::isSnapshot)
                .filter(name -> !before.list().contains(name))
                .toList();
        assertThat(newer).hasSize(4);
        newer.forEach(name -> before.put(name, storage.bytes(name)));

        try (MapLog log = new MapLog(before)) {
            assertThat(contentOf(log)).isEqualTo(contentBefore);
            assertThat(before.list()).doesNotContainAnyElementsOf(newer);
        }
    }

    @Test
    void aPartitionThatIsCheckpointedAloneGoesOnFromItsOwnSnapshot() {
        try (MapLog log = new MapLog(storage)) {
            write(log, "first");
            log.manager().checkpoint(PARTITION);
            write(log, "second");
            log.manager().checkpoint(PARTITION + 1);
            write(log, "third");
        }

        try (MapLog log = new MapLog(storage)) {
            assertThat(log.manager().checkpoints()).containsOnlyKeys(PARTITION, PARTITION + 1);
            assertThat(contentOf(log)).isEqualTo(expected);
        }
    }

    @Test
    void noLsnIsUsedAgainThatASnapshotOrTheManifestKnows() {
        checkpoints(2);
        long[] before;
        try (MapLog log = new MapLog(storage)) {
            log.manager().checkpointAll();
            before = lsns(log.manager());
        }
        try (MapLog log = new MapLog(storage)) {
            assertThat(lsns(log.manager())).isEqualTo(before);
        }
    }

    private static long[] lsns(WalManager manager) {
        return manager.status().partitions().stream()
                .mapToLong(status -> status.appendedLsn())
                .toArray();
    }
}
