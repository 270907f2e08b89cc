package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final int ENTRIES = 200;

    private final MemoryStorage storage = new MemoryStorage();

    private static Map<Long, String> fill(MapLog log, String prefix) {
        Map<Long, String> expected = new HashMap<>();
        for (long key = 0; key < ENTRIES; key += 10) {
            long from = key;
            log.inTransaction(() -> {
                for (long k = from; k < from + 10; k++) {
                    log.map().put(k, prefix + k);
                    expected.put(k, prefix + k);
                }
            });
        }
        return expected;
    }

    private static Map<Long, String> contentOf(MemoryStorage storage) {
        try (MapLog log = new MapLog(storage)) {
            return log.map().copy();
        }
    }

    private List<String> snapshots() {
        return storage.list().stream().filter(FileNames::isSnapshot).toList();
    }

    private long segments() {
        return storage.list().stream()
                .filter(name -> FileNames.segmentNumber(name).isPresent())
                .count();
    }

    @Test
    void aSnapshotTakesThePlaceOfTheLog() {
        Map<Long, String> expected;
        try (MapLog log = new MapLog(storage)) {
            fill(log, "a");
            expected = fill(log, "b");
            long before = segments();
            log.manager().checkpointAll();
            // Once more, so that the snapshot before is no reason to keep segments either.
            log.inTransaction(() -> {
                log.map().put(0L, "changed");
            });
            expected.put(0L, "changed");
            log.manager().checkpointAll();
            assertThat(segments()).isLessThan(before);
        }

        assertThat(contentOf(storage)).isEqualTo(expected);
    }

    @Test
    void theLogBehindASnapshotIsAppliedToIt() {
        Map<Long, String> expected;
        try (MapLog log = new MapLog(storage)) {
            expected = fill(log, "a");
            log.manager().checkpointAll();
            log.inTransaction(() -> {
                log.map().put(1L, "changed");
                log.map().remove(2L);
                log.map().put(ENTRIES + 1L, "new");
            });
        }
        expected.put(1L, "changed");
        expected.remove(2L);
        expected.put(ENTRIES + 1L, "new");

        assertThat(contentOf(storage)).isEqualTo(expected);
    }

    @Test
    void aTransactionOverPartitionsOfWhichOneIsCheckpointedIsAppliedOnce() {
        try (MapLog log = new MapLog(storage)) {
            fill(log, "a");
            log.manager().checkpoint(1);
        }
        try (MapLog log = new MapLog(storage)) {
            assertThat(log.map().copy()).hasSize(ENTRIES);
        }
    }

    @Test
    void aDamagedSnapshotFallsBackToTheOneBefore() {
        Map<Long, String> expected;
        try (MapLog log = new MapLog(storage)) {
            fill(log, "a");
            log.manager().checkpointAll();
            expected = fill(log, "b");
            log.manager().checkpointAll();
        }
        List<String> all = snapshots();
        assertThat(all).hasSize(8);
        flipByte(all.get(1), 200);

        assertThat(contentOf(storage)).isEqualTo(expected);
    }

    @Test
    void damageAnywhereInTheOnlySnapshotIsReported() {
        try (MapLog log = new MapLog(storage)) {
            fill(log, "a");
            log.manager().checkpointAll();
        }
        String name = snapshots().get(0);
        byte[] whole = storage.bytes(name);
        for (int at = 0; at < whole.length; at += 43) {
            flipByte(name, at);
            assertThatThrownBy(() -> contentOf(storage))
                    .as("byte " + at)
                    .isInstanceOf(WalException.class)
                    .hasMessageContaining(name);
            storage.put(name, whole);
        }
        storage.put(name, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> contentOf(storage)).isInstanceOf(WalCorruptedException.class);
    }

    private void flipByte(String name, int at) {
        byte[] bytes = storage.bytes(name);
        bytes[at] ^= 0x40;
        storage.put(name, bytes);
    }

    @Test
    void aTableWithoutAStateRefusesTheCheckpointOfItsPartitionAlone() {
        try (MapLog log = new MapLog(storage)) {
            log.manager().logInsert("audit", 2, 1, Row.of());

            assertThatThrownBy(() -> log.manager().checkpointAll())
                    .isInstanceOf(CheckpointRefusedException.class)
                    .hasMessageContaining("audit")
                    .hasMessageContaining("Partition 2");
            log.manager().checkpoint(1);
        }
        try (MapLog log = new MapLog(storage)) {
            assertThatThrownBy(() -> log.manager().checkpoint(2))
                    .as("recovered records count too")
                    .isInstanceOf(CheckpointRefusedException.class)
                    .hasMessageContaining("audit");
        }
    }

    @Test
    void aStateThatIsDeclaredNoMoreRefusesTheCheckpointThatWouldDropIt() {
        try (MapLog log = new MapLog(storage)) {
            fill(log, "a");
            log.manager().checkpointAll();
        }
        try (WalManager manager = WalManager.open(
                WalOptions.builder(storage.directory()).storage(storage).build())) {
            WalStates.attach(manager, List.of());
            assertThatThrownBy(manager::checkpointAll)
                    .isInstanceOf(CheckpointRefusedException.class)
                    .hasMessageContaining("names");
        }
        assertThat(contentOf(storage)).hasSize(ENTRIES);
    }

    @Test
    void aCrashBetweenAnyTwoStepsOfACheckpointLosesNothing() {
        for (int failing = 1; ; failing++) {
            MemoryStorage disk = new MemoryStorage();
            Map<Long, String> expected;
            boolean failed = false;
            try (MapLog log = new MapLog(disk)) {
                expected = fill(log, "a");
                log.manager().checkpointAll();
                expected.putAll(fill(log, "b"));
                disk.failFrom(failing, call -> true);
                try {
                    log.manager().checkpointAll();
                } catch (WalException e) {
                    failed = true;
                }
                MemoryStorage killed = disk.kill();
                MemoryStorage cut = disk.powerCut(new Random(failing));
                assertThat(contentOf(killed)).as("killed at call " + failing).isEqualTo(expected);
                assertThat(contentOf(cut)).as("power cut at call " + failing).isEqualTo(expected);
            }
            if (!failed && failing > 20) {
                return;
            }
            assertThat(failing).as("calls of a checkpoint").isLessThan(500);
        }
    }

    @Test
    void commitsGoOnWhileASnapshotIsWritten() {
        Map<Long, String> expected = new HashMap<>();
        try (MapLog log = new MapLog(storage)) {
            expected.putAll(fill(log, "a"));
            try (dev.wal.storage.Hold hold = storage.hold(
                    call -> call.is(MemoryStorage.Op.WRITE) && call.file().startsWith("snapshot-"))) {
                Thread checkpoint = new Thread(() -> log.manager().checkpointAll());
                checkpoint.start();
                hold.awaitArrivals(1);
                expected.putAll(fill(log, "b"));
                hold.release();
                joinUninterruptibly(checkpoint);
            }
            assertThat(log.map().copy()).isEqualTo(expected);
        }
        assertThat(contentOf(storage)).isEqualTo(expected);
    }

    private static void joinUninterruptibly(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }
}
