package dev.wal.state;

import dev.wal.checkpoint.SnapshotFormat;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers for the chunks of snapshots, which are used again: what they take outside of the heap would be given back only when the heap is collected. Keeps at most as many as were in use at once. Safe for use by several threads.
 */
final class ChunkBuffers {
    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** An empty buffer, to be given back. */
    ByteBuffer take() {
        ByteBuffer used = free.poll();
        return used == null ? SnapshotFormat.buffer(SnapshotFormat.MAX_CHUNK_SIZE) : used.clear();
    }

    /** Takes a buffer back, which nobody must use any more; one that somebody may still use is not given back. */
    void give(ByteBuffer buffer) {
        free.add(buffer);
    }
}
