package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.checkpoint.SnapshotChunks;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.common.WalCorruptedException;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the snapshots of a log, and reads each copy back. What a state machine of the caller's own writes is compared with what was read; a snapshot in the format of docs/format.md is verified with its checksums, so that one that was
 * damaged before is found out, too. For one thread.
 */
final class SnapshotCopies {
    private static final Logger logger = LoggerFactory.getLogger(SnapshotCopies.class);

    private final Storage source;
    private final Storage target;
    private final Manifest manifest;
    private final ByteBuffer chunk = SnapshotFormat.buffer(SnapshotFormat.MAX_CHUNK_SIZE);
    private final List<String> made;
    private final List<String> damaged = new ArrayList<>();
    private long bytes;

    /** @param made is told of each file before it is created */
    SnapshotCopies(Storage source, Storage target, Manifest manifest, List<String> made) {
        this.source = source;
        this.target = target;
        this.manifest = manifest;
        this.made = made;
    }

    /**
     * Copies them.
     *
     * @return the manifest with the checkpoints whose snapshots are intact
     * @throws WalCorruptedException if a partition has none of these left
     */
    Manifest copy() throws IOException {
        List<Manifest.Partition> partitions = new ArrayList<>();
        for (int i = 0; i < manifest.partitions().size(); i++) {
            Manifest.Partition partition = manifest.partitions().get(i);
            List<PartitionCheckpoint> intact = new ArrayList<>();
            WalCorruptedException fault = null;
            for (PartitionCheckpoint checkpoint : partition.checkpoints()) {
                try {
                    if (checkpoint.hasSnapshot()) {
                        copy(i, checkpoint);
                    }
                    intact.add(checkpoint);
                } catch (WalCorruptedException e) {
                    fault = e;
                    leaveOut(checkpoint.snapshot(), e);
                }
            }
            if (fault != null && intact.isEmpty()) {
                throw new WalCorruptedException(
                        "No snapshot of partition " + i + " in " + source.directory() + " is intact: "
                                + fault.getMessage()
                                + ". There is no copy. Restore the snapshot from a backup, or salvage the log.",
                        fault);
            }
            partitions.add(new Manifest.Partition(partition.nextLsn(), intact));
        }
        return new Manifest(
                manifest.logId(), manifest.incarnation(), manifest.firstSegment(), manifest.mark(), partitions);
    }

    private void leaveOut(String name, WalCorruptedException fault) throws IOException {
        logger.error(
                "Snapshot {} is damaged, and is left out of the copy",
                source.directory().resolve(name),
                fault);
        damaged.add(name);
        target.delete(name);
        made.remove(name);
    }

    private void copy(int partition, PartitionCheckpoint checkpoint) throws IOException {
        String name = checkpoint.snapshot();
        long checksum;
        try (StorageFile from = source.open(name)) {
            made.add(name);
            checksum = copy(from, name);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new WalCorruptedException("Snapshot " + source.directory().resolve(name) + " is missing", e);
        }
        if (checksum(name) != checksum) {
            throw new IOException("file " + target.directory().resolve(name) + " does not give back what was written");
        }
        if (SnapshotChunks.isMeant(target, name, manifest.logId())) {
            try (SnapshotChunks chunks =
                    SnapshotChunks.open(target, name, manifest.logId(), partition, checkpoint.lsn(), chunk)) {
                chunks.verify();
            }
        }
        bytes += target.size(name);
    }

    /** Returns the checksum of what was read. */
    private long copy(StorageFile from, String name) throws IOException {
        CRC32C checksum = new CRC32C();
        long size = from.size();
        try (StorageFile to = target.create(name)) {
            for (long offset = 0; offset < size; offset += chunk.limit()) {
                fill(from, name, offset, size);
                checksum.update(chunk.duplicate());
                to.write(chunk.duplicate(), offset);
            }
            to.force();
        }
        return checksum.getValue();
    }

    private long checksum(String name) throws IOException {
        CRC32C checksum = new CRC32C();
        try (StorageFile file = target.open(name)) {
            long size = file.size();
            for (long offset = 0; offset < size; offset += chunk.limit()) {
                fill(file, name, offset, size);
                checksum.update(chunk.duplicate());
            }
        }
        return checksum.getValue();
    }

    private void fill(StorageFile file, String name, long offset, long size) throws IOException {
        chunk.clear().limit((int) Math.min(chunk.capacity(), size - offset));
        int read = file.read(chunk, offset);
        if (read < chunk.limit()) {
            throw new IOException("snapshot " + name + " of " + size + " bytes ended after " + (offset + read));
        }
        chunk.flip();
    }

    /** Names of those that were left out. */
    List<String> damaged() {
        return Collections.unmodifiableList(damaged);
    }

    /** Bytes that were copied. */
    long bytes() {
        return bytes;
    }
}
