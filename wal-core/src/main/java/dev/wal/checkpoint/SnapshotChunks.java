package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the chunks of a snapshot one after the other, and checks each. For one thread. */
public final class SnapshotChunks implements Closeable {
    private final String path;
    private final StorageFile file;
    private final long logId;
    private final ByteBuffer chunk;
    private final ByteBuffer chunkHeader = SnapshotFormat.buffer(SnapshotFormat.CHUNK_HEADER_SIZE);
    private final ByteBuffer seed = SnapshotFormat.buffer(24);
    private long position;
    private long offset;

    private SnapshotChunks(String path, StorageFile file, long logId, ByteBuffer chunk) {
        this.path = path;
        this.file = file;
        this.logId = logId;
        this.chunk = chunk;
    }

    /**
     * Opens a snapshot.
     *
     * @param chunk takes the content of one chunk after the other; {@link SnapshotFormat#MAX_CHUNK_SIZE} bytes
     * @throws WalCorruptedException if it is missing, of another log, partition or checkpoint, or its header is damaged
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public static SnapshotChunks open(
            Storage storage, String name, long logId, int partition, long lsn, ByteBuffer chunk) throws IOException {
        String path = storage.directory().resolve(name).toString();
        if (storage.size(name) < 0) {
            throw new WalCorruptedException("Snapshot " + path + " is missing");
        }
        SnapshotChunks chunks = new SnapshotChunks(path, storage.open(name), logId, chunk);
        try {
            chunks.readHeader(partition, lsn);
            return chunks;
        } catch (Throwable e) {
            chunks.close();
            throw e;
        }
    }

    /** Whether a snapshot is one of this format, be it damaged: a caller's own state machine writes what it likes. */
    public static boolean isMeant(Storage storage, String name, long logId) throws IOException {
        try (StorageFile file = storage.open(name)) {
            ByteBuffer header = SnapshotFormat.buffer(SnapshotFormat.HEADER_SIZE);
            file.read(header, 0);
            return SnapshotFormat.isMeant(header.flip(), logId);
        }
    }

    private void readHeader(int partition, long lsn) throws IOException {
        ByteBuffer header = SnapshotFormat.buffer(SnapshotFormat.HEADER_SIZE);
        file.read(header, 0);
        position = SnapshotFormat.decodeHeader(header.flip(), logId, partition, lsn, path);
        offset = SnapshotFormat.HEADER_SIZE;
    }

    /** Reads to the end. */
    public void verify() throws IOException {
        int kind = 0;
        while (kind != SnapshotFormat.END) {
            kind = next();
        }
        if (file.size() != offset) {
            throw damaged("there are bytes behind its end");
        }
    }

    /** Reads the next chunk into the buffer, and returns its kind. */
    public int next() throws IOException {
        chunkHeader.clear();
        if (file.read(chunkHeader, offset) < SnapshotFormat.CHUNK_HEADER_SIZE) {
            throw damaged("its end is missing");
        }
        int kind = chunkHeader.getInt(0);
        int length = chunkHeader.getInt(4);
        if (kind < SnapshotFormat.STATE || kind > SnapshotFormat.END || length < 0 || length > chunk.capacity()) {
            throw damaged("the chunk at byte " + offset + " has no valid header");
        }
        chunk.clear().limit(length);
        if (file.read(chunk, offset + SnapshotFormat.CHUNK_HEADER_SIZE) < length) {
            throw damaged("its end is missing");
        }
        chunk.flip();
        if (chunkHeader.getInt(8) != SnapshotFormat.chunkChecksum(seed, logId, position, kind, chunk)) {
            throw damaged("the checksum of the chunk at byte " + offset + " does not match");
        }
        offset += SnapshotFormat.CHUNK_HEADER_SIZE + length;
        return kind;
    }

    /** Offset in the file of the next chunk. */
    public long offset() {
        return offset;
    }

    /** What is thrown if a chunk whose checksum is right makes no sense. */
    public WalCorruptedException damaged(String what) {
        return new WalCorruptedException("Snapshot " + path + " is damaged: " + what);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
