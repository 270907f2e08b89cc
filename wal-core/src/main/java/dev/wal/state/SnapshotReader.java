package dev.wal.state;

import dev.wal.SnapshotFile;
import dev.wal.checkpoint.SnapshotChunks;
import dev.wal.checkpoint.SnapshotFormat;
import dev.wal.common.WalCorruptedException;
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
    private final ByteBuffer chunk;

    /** Takes the states of a snapshot. */
    @FunctionalInterface
    interface SectionHandler {
        void section(String name, Set<String> tables, InputStream content) throws IOException;
    }

    /** @param chunk holds what is being read; {@link SnapshotFormat#MAX_CHUNK_SIZE} bytes */
    SnapshotReader(SnapshotFile snapshot, ByteBuffer chunk) {
        this.snapshot = snapshot;
        this.chunk = chunk;
    }

    /** @throws WalCorruptedException if any byte is not as it was written, or the end is missing */
    void verify() throws IOException {
        try (SnapshotChunks chunks = open()) {
            chunks.verify();
        }
    }

    /** Hands over the states, of a snapshot that was verified. */
    void read(SectionHandler handler) throws IOException {
        try (SnapshotChunks chunks = open()) {
            int kind = chunks.next();
            while (kind != SnapshotFormat.END) {
                if (kind != SnapshotFormat.STATE) {
                    throw chunks.damaged("a state has no name");
                }
                Set<String> tables = new HashSet<>();
                String name = takeNameAndTables(chunks, tables);
                Content content = new Content(chunks);
                try {
                    handler.section(name, tables, content);
                    content.skipToEnd();
                } finally {
                    content.isOver = true;
                }
                kind = chunks.next();
            }
        }
    }

    /** Hands all chunks before the end on as they are. */
    void copy(SnapshotWriter target) throws IOException {
        try (SnapshotChunks chunks = open()) {
            for (int kind = chunks.next(); kind != SnapshotFormat.END; kind = chunks.next()) {
                target.copyChunk(kind, chunk);
            }
        }
    }

    private SnapshotChunks open() throws IOException {
        return SnapshotChunks.open(
                snapshot.storage(), snapshot.name(), snapshot.logId(), snapshot.partition(), snapshot.lsn(), chunk);
    }

    private String takeNameAndTables(SnapshotChunks chunks, Set<String> tables) {
        try {
            String name = takeText();
            for (int left = chunk.getInt(); left > 0; left--) {
                tables.add(takeText());
            }
            return name;
        } catch (BufferUnderflowException e) {
            throw chunks.damaged(
                    "the chunk before byte " + chunks.offset() + " ends within the name or the tables of a state");
        }
    }

    private String takeText() {
        byte[] utf8 = new byte[Short.toUnsignedInt(chunk.getShort())];
        chunk.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** The content of one state; of no use once that was taken over or that has failed, because the buffer belongs to others then. */
    private final class Content extends InputStream {
        private final SnapshotChunks chunks;
        private boolean ended;

        /** Volatile for a state that has kept its stream for another thread. */
        private volatile boolean isOver;

        private Content(SnapshotChunks chunks) {
            this.chunks = chunks;
            chunk.limit(chunk.position());
        }

        private boolean hasMore() throws IOException {
            if (isOver) {
                throw new IOException(
                        "This state is not being restored from snapshot " + snapshot.name() + " any more");
            }
            while (!ended && !chunk.hasRemaining()) {
                ended = chunks.next() != SnapshotFormat.CONTENT;
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
