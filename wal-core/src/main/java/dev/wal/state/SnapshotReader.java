package dev.wal.state;

import dev.wal.SnapshotFile;
import dev.wal.common.WalCorruptedException;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Reads a snapshot: first once to verify all of it, so that damage is known before any of it is taken over. For one thread. */
final class SnapshotReader {
    private final SnapshotFile snapshot;
    private final String path;
    private final ByteBuffer chunk = SnapshotFormat.buffer(SnapshotFormat.MAX_CHUNK_SIZE);
    private final ByteBuffer chunkHeader = SnapshotFormat.buffer(SnapshotFormat.CHUNK_HEADER_SIZE);
    private final ByteBuffer seed = SnapshotFormat.buffer(24);
    private long seedPosition;
    private long offset;

    /** Takes the states of a snapshot. */
    @FunctionalInterface
    interface SectionHandler {
        void section(String name, Set<String> tables, InputStream content) throws IOException;
    }

    SnapshotReader(SnapshotFile snapshot) {
        this.snapshot = snapshot;
        this.path = snapshot.storage().directory().resolve(snapshot.name()).toString();
    }

    /** @throws WalCorruptedException if any byte is not as it was written, or the end is missing */
    void verify() throws IOException {
        try (StorageFile file = open()) {
            int kind = 0;
            while (kind != SnapshotFormat.END) {
                kind = nextChunk(file);
            }
            if (file.size() != offset) {
                throw damaged("there are bytes behind its end");
            }
        }
    }

    /** Hands over the states, of a snapshot that was verified. */
    void read(SectionHandler handler) throws IOException {
        try (StorageFile file = open()) {
            int kind = nextChunk(file);
            while (kind != SnapshotFormat.END) {
                if (kind != SnapshotFormat.STATE) {
                    throw damaged("a state has no name");
                }
                Set<String> tables = new HashSet<>();
                String name = takeNameAndTables(tables);
                Content content = new Content(file);
                handler.section(name, tables, content);
                content.skipToEnd();
                kind = nextChunk(file);
            }
        }
    }

    /** Hands all chunks before the end on as they are. */
    void copy(SnapshotWriter target) throws IOException {
        try (StorageFile file = open()) {
            for (int kind = nextChunk(file); kind != SnapshotFormat.END; kind = nextChunk(file)) {
                target.copyChunk(kind, chunk);
            }
        }
    }

    private StorageFile open() throws IOException {
        if (!snapshot.storage().list().contains(snapshot.name())) {
            throw new WalCorruptedException("Snapshot " + path + " is missing");
        }
        StorageFile file = snapshot.storage().open(snapshot.name());
        try {
            ByteBuffer header = SnapshotFormat.buffer(SnapshotFormat.HEADER_SIZE);
            file.read(header, 0);
            seedPosition = SnapshotFormat.decodeHeader(header.flip(), snapshot, path);
            offset = SnapshotFormat.HEADER_SIZE;
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /** Reads the next chunk into the buffer, and returns its kind. */
    private int nextChunk(StorageFile file) throws IOException {
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
        int checksum = SnapshotFormat.chunkChecksum(seed, snapshot.logId(), seedPosition, kind, chunk);
        if (chunkHeader.getInt(8) != checksum) {
            throw damaged("the checksum of the chunk at byte " + offset + " does not match");
        }
        offset += SnapshotFormat.CHUNK_HEADER_SIZE + length;
        return kind;
    }

    private String takeNameAndTables(Set<String> tables) {
        try {
            String name = takeText();
            for (int left = chunk.getInt(); left > 0; left--) {
                tables.add(takeText());
            }
            return name;
        } catch (BufferUnderflowException e) {
            throw damaged("the chunk before byte " + offset + " ends within the name or the tables of a state");
        }
    }

    private String takeText() {
        byte[] utf8 = new byte[Short.toUnsignedInt(chunk.getShort())];
        chunk.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private WalCorruptedException damaged(String what) {
        return new WalCorruptedException("Snapshot " + path + " is damaged: " + what);
    }

    /** The content of one state. */
    private final class Content extends InputStream {
        private final StorageFile file;
        private boolean ended;

        private Content(StorageFile file) {
            this.file = file;
            chunk.limit(chunk.position());
        }

        private boolean hasMore() throws IOException {
            while (!ended && !chunk.hasRemaining()) {
                ended = nextChunk(file) != SnapshotFormat.CONTENT;
            }
            return !ended;
        }

        private void skipToEnd() throws IOException {
            while (hasMore()) {
                chunk.position(chunk.limit());
            }
        }

        @Override
        public int read() throws IOException {
            return hasMore() ? Byte.toUnsignedInt(chunk.get()) : -1;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int part = Math.min(length, chunk.remaining());
            chunk.get(target, from, part);
            return part;
        }
    }
}
