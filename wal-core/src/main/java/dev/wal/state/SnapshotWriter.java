package dev.wal.state;

import dev.wal.SnapshotFile;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot aside, chunk by chunk; {@link #finish()} forces it and gives it its name. For one thread. */
final class SnapshotWriter implements Closeable {
    private final SnapshotFile snapshot;
    private final Storage storage;
    private final String temporary;
    private final StorageFile file;
    private final ByteBuffer chunk;
    private final ByteBuffer chunkHeader = SnapshotFormat.buffer(SnapshotFormat.CHUNK_HEADER_SIZE);
    private final ByteBuffer seed = SnapshotFormat.buffer(24);
    private long offset;

    /** Of the state that is being written. Volatile for a state that has kept its stream for another thread. */
    private volatile @Nullable Content content;

    private boolean finished;

    /** @param chunk holds what is to be written; empty, {@link SnapshotFormat#MAX_CHUNK_SIZE} bytes */
    SnapshotWriter(SnapshotFile snapshot, ByteBuffer chunk) throws IOException {
        this.snapshot = snapshot;
        this.chunk = chunk;
        this.storage = snapshot.storage();
        this.temporary = FileNames.temporary(snapshot.name());
        this.file = storage.create(temporary);
        try {
            writeHeader();
        } catch (Throwable e) {
            // Nobody has a writer to close.
            try (this) {
                throw e;
            }
        }
    }

    private void writeHeader() throws IOException {
        file.write(
                SnapshotFormat.encodeHeader(
                        snapshot.partition(),
                        snapshot.logId(),
                        snapshot.lsn(),
                        snapshot.position(),
                        snapshot.timeMicros()),
                0);
        offset = SnapshotFormat.HEADER_SIZE;
    }

    /** Where the content of a state goes. */
    OutputStream startState(String name, Set<String> tables) throws IOException {
        putText(name);
        chunk.putInt(tables.size());
        for (String table : new TreeSet<>(tables)) {
            putText(table);
        }
        writeChunk(SnapshotFormat.STATE);
        Content started = new Content();
        content = started;
        return started;
    }

    private void putText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xFFFF || utf8.length + Short.BYTES + Integer.BYTES > chunk.remaining()) {
            throw new IOException("The names of a state and its tables take more than " + chunk.capacity() + " bytes");
        }
        chunk.putShort((short) utf8.length).put(utf8);
    }

    void endState() throws IOException {
        content = null;
        if (chunk.position() > 0) {
            writeChunk(SnapshotFormat.CONTENT);
        }
        writeChunk(SnapshotFormat.END_OF_STATE);
    }

    /** The directory must be forced before the snapshot is relied on. */
    void finish() throws IOException {
        writeChunk(SnapshotFormat.END);
        file.force();
        storage.rename(temporary, snapshot.name());
        finished = true;
    }

    /** Adds a chunk of another snapshot. */
    void copyChunk(int kind, ByteBuffer content) throws IOException {
        chunk.put(content);
        writeChunk(kind);
    }

    private void writeChunk(int kind) throws IOException {
        chunk.flip();
        int length = chunk.remaining();
        int checksum = SnapshotFormat.chunkChecksum(seed, snapshot.logId(), snapshot.position(), kind, chunk);
        chunkHeader.clear();
        chunkHeader.putInt(kind).putInt(length).putInt(checksum).flip();
        file.write(chunkHeader, offset);
        file.write(chunk, offset + SnapshotFormat.CHUNK_HEADER_SIZE);
        offset += SnapshotFormat.CHUNK_HEADER_SIZE + length;
        chunk.clear();
    }

    @Override
    public void close() throws IOException {
        content = null;
        file.close();
        if (!finished) {
            storage.delete(temporary);
        }
    }

    /** The content of one state; of no use once that has ended or failed, because the buffer belongs to others then. */
    private final class Content extends OutputStream {
        private void refuseIfEnded() throws IOException {
            if (content != this) {
                throw new IOException("This state is not being written to snapshot " + snapshot.name() + " any more");
            }
        }

        @Override
        public void write(int b) throws IOException {
            refuseIfEnded();
            if (!chunk.hasRemaining()) {
                writeChunk(SnapshotFormat.CONTENT);
            }
            chunk.put((byte) b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            refuseIfEnded();
            int at = from;
            int left = length;
            while (left > 0) {
                if (!chunk.hasRemaining()) {
                    writeChunk(SnapshotFormat.CONTENT);
                }
                int part = Math.min(left, chunk.remaining());
                chunk.put(bytes, at, part);
                at += part;
                left -= part;
            }
        }
    }
}
