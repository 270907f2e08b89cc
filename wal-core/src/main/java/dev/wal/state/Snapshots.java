package dev.wal.state;

import dev.wal.SnapshotFile;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.common.WalCorruptedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What tools may do with snapshots without knowing the states in them. */
public final class Snapshots {
    private Snapshots() {}

    /**
     * Reads a snapshot to its end.
     *
     * @throws WalCorruptedException if it is missing, of another log, partition or checkpoint, or any byte of it is not as it was written
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public static void verify(SnapshotFile snapshot) throws IOException {
        new SnapshotReader(snapshot, chunk()).verify();
    }

    /**
     * Writes a snapshot that was verified once more, for another log or place, and forces it; the directory must be forced before it is relied on.
     *
     * @throws WalCorruptedException as {@link #verify}
     */
    public static void copy(SnapshotFile from, SnapshotFile to) throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(to, chunk())) {
            new SnapshotReader(from, chunk()).copy(writer);
            writer.finish();
        }
    }

    private static ByteBuffer chunk() {
        return SnapshotFormat.buffer(SnapshotFormat.MAX_CHUNK_SIZE);
    }
}
