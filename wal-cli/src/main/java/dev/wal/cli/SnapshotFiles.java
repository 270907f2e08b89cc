package dev.wal.cli;

import dev.wal.SnapshotFile;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalCorruptedException;
import dev.wal.recovery.LogInspector;
import dev.wal.state.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The snapshots that a manifest names. */
final class SnapshotFiles {
    private static final int MAX_ATTEMPTS = 20;

    private final LogInspector inspector;

    SnapshotFiles(LogInspector inspector) {
        this.inspector = inspector;
    }

    /** How many snapshots are intact, and what is wrong with the others. */
    record Result(int intact, List<String> damages) {}

    /**
     * Verifies all of them. What a checkpoint dropped meanwhile is no damage; those that came meanwhile are verified then.
     *
     * @throws RefusedException if they change faster than they can be read
     */
    Result verify() {
        Manifest manifest = inspector.manifest();
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            List<SnapshotFile> snapshots = of(manifest);
            Map<String, String> faults = faults(snapshots);
            if (faults.isEmpty()) {
                return new Result(snapshots.size(), List.of());
            }
            int intact = snapshots.size() - faults.size();
            Manifest now = inspector.manifest();
            faults.keySet().retainAll(of(now).stream().map(SnapshotFile::name).collect(Collectors.toSet()));
            if (!faults.isEmpty()) {
                return new Result(intact, List.copyOf(faults.values()));
            }
            manifest = now;
        }
        throw new RefusedException("The snapshots in " + inspector.storage().directory() + " change faster than they"
                + " can be read. Try again when fewer checkpoints are taken, or stop the owner of the log.");
    }

    /** What is wrong, by name of the snapshot. */
    private static Map<String, String> faults(List<SnapshotFile> snapshots) {
        Map<String, String> faults = new LinkedHashMap<>();
        for (SnapshotFile snapshot : snapshots) {
            fault(snapshot).ifPresent(fault -> faults.put(snapshot.name(), fault));
        }
        return faults;
    }

    private static Optional<String> fault(SnapshotFile snapshot) {
        Path path = snapshot.storage().directory().resolve(snapshot.name());
        try {
            Snapshots.verify(snapshot);
            return Optional.empty();
        } catch (WalCorruptedException e) {
            return Optional.of("corrupt: " + e.getMessage());
        } catch (NoSuchFileException e) {
            return Optional.of("corrupt: Snapshot " + path + " is missing");
        } catch (FileSystemException e) {
            throw new UncheckedIOException("Snapshot " + path + " cannot be read: " + e, e);
        } catch (IOException e) {
            // A sector that the disk does not give back is damage as any other.
            return Optional.of("corrupt: Snapshot " + path + " cannot be read: " + e.getMessage());
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
