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
import java.util.Optional;

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
            Optional<String> fault = fault(snapshot);
            fault.ifPresent(damages::add);
            intact += fault.isEmpty() ? 1 : 0;
        }
        return new Result(intact, damages);
    }

    private static Optional<String> fault(SnapshotFile snapshot) {
        try {
            Snapshots.verify(snapshot);
            return Optional.empty();
        } catch (WalCorruptedException e) {
            return Optional.of("corrupt: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("Snapshot " + snapshot.name() + " cannot be read: " + e, e);
        }
    }

    private List<SnapshotFile> of(Manifest manifest) {
        List<SnapshotFile> snapshots = new ArrayList<>();
        for (int partition = 0; partition < manifest.partitions().size(); partition++) {
            for (PartitionCheckpoint checkpoint :
                    manifest.partitions().get(partition).checkpoints()) {
                if (checkpoint.hasSnapshot()) {
                    snapshots.add(file(inspector, manifest, partition, checkpoint));
                }
            }
        }
        return snapshots;
    }

    static SnapshotFile file(LogInspector inspector, Manifest manifest, int partition, PartitionCheckpoint checkpoint) {
        return new SnapshotFile(
                inspector.storage(),
                checkpoint.snapshot(),
                manifest.logId(),
                partition,
                checkpoint.lsn(),
                checkpoint.position(),
                checkpoint.timeMicros());
    }

    /** By partition, the newest checkpoint whose data can be had: its snapshot is intact, or it has none because the application keeps them. */
    List<Optional<PartitionCheckpoint>> newestIntact(Manifest manifest) {
        List<Optional<PartitionCheckpoint>> found = new ArrayList<>();
        for (int i = 0; i < manifest.partitions().size(); i++) {
            int partition = i;
            found.add(manifest.partitions().get(partition).checkpoints().stream()
                    .filter(checkpoint -> !checkpoint.hasSnapshot()
                            || fault(file(inspector, manifest, partition, checkpoint))
                                    .isEmpty())
                    .findFirst());
        }
        return found;
    }
}
