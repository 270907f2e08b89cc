package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is deleted of the snapshots of a log. */
class HeldSnapshotsTest {
    @Test
    void theEmptyNameOfACheckpointWithoutASnapshotIsNeverDeleted() throws IOException {
        MemoryStorage storage = new MemoryStorage();
        HeldSnapshots snapshots = new HeldSnapshots(storage);
        Manifest manifest = new Manifest(
                1, 1, 1, 0, List.of(new Manifest.Partition(5, List.of(new PartitionCheckpoint(5, 0, 0, 0, "")))));

        try (HeldSnapshots.Hold hold = snapshots.hold(() -> manifest)) {
            snapshots.delete(List.of(""));
            assertThat(hold.manifest()).isSameAs(manifest);
        }
        snapshots.delete(List.of("", "snapshot"));

        assertThat(storage.count(call -> call.is(Op.DELETE) && call.file().isEmpty()))
                .isZero();
        assertThat(storage.count(call -> call.is(Op.DELETE))).isEqualTo(1);
    }
}
