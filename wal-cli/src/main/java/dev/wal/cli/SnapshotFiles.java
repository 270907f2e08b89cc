package dev.wal.cli;

import dev.wal.SnapshotFile;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalCorruptedException;
import dev.wal.recovery.LogInspector;
import dev.wal.state.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The snapshots that a manifest names. */
final class SnapshotFiles {
    private static final int MAX_ATTEMPTS = 20;

    private final LogInspector inspector;

    SnapshotFiles(LogInspector inspector) {
        this.inspector = inspector;
    }

    /** How many snapshots are intact, and what is wrong with the others. */
    record Result(int intact, List<String> damages) {}

    /** Verifies all of them; once more, if a checkpoint replaced them meanwhile. */
    Result verify() {
        Manifest manifest = inspector.manifest();
        for (int attempt = 1; ; attempt++) {
            Result result = verify(manifest);
            Manifest now = inspector.manifest();
            if (result.damages().isEmpty() || now.equals(manifest) || attempt == MAX_ATTEMPTS) {
                return result;
            }
            manifest = now;
        }
    }

    private Result verify(Manifest manifest) {
        int intact = 0;
        List<String> damages = new ArrayList<>();
        for (SnapshotFile snapshot : of(manifest)) {
            try {
                Snapshots.verify(snapshot);
                intact++;
            } catch (WalCorruptedException e) {
                damages.add("corrupt: " + e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException("Snapshot " + snapshot.name() + " cannot be read: " + e, e);
            }
        }
        return new Result(intact, damages);
    }

    private List<SnapshotFile> of(Manifest manifest) {
        List<SnapshotFile> snapshots = new ArrayList<>();
        for (int partition = 0; partition < manifest.partitions().size(); partition++) {
            for (PartitionCheckpoint checkpoint :
                    manifest.partitions().get(partition).checkpoints()) {
                if (checkpoint.hasSnapshot()) {
                    snapshots.add(new SnapshotFile(
                            inspector.storage(),
                            checkpoint.snapshot(),
                            manifest.logId(),
                            partition,
                            checkpoint.lsn(),
                            checkpoint.position(),
                            checkpoint.timeMicros()));
                }
            }
        }
        return snapshots;
    }
}
