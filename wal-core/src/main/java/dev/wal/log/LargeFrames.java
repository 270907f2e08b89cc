package dev.wal.log;

import dev.wal.segment.FrameFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Appends frames that are larger than the staging buffer. */
final class LargeFrames {
    private final TailState state;
    private final TailWriter writer;

    LargeFrames(TailState state, TailWriter writer) {
        this.state = state;
        this.writer = writer;
    }

    /**
     * Writes a frame piece by piece, with the write and append locks held.
     *
     * @return false if it has to be tried again because the segment has become full
     */
    boolean append(Batch batch, int size, boolean waits) {
        state.writeLock.lock();
        state.appendLock.lock();
        try {
            if (!state.isOpenLocked() || !state.fitsSegmentLocked(batch, size)) {
                return false;
            }
            writer.writeStagedLocked();
            writeLocked(batch, size, waits);
            state.appendedLocked(batch);
            state.staging.continueAt(state.appended());
            state.written(state.appended());
            return true;
        } catch (IOException | RuntimeException | Error e) {
            throw state.failure.fail(e);
        } finally {
            state.staging.idle().clear();
            state.appendLock.unlock();
            state.writeLock.unlock();
        }
    }

    private void writeLocked(Batch batch, int size, boolean waits) throws IOException {
        TailSegment segment = state.segments.current();
        int headerSize = FrameFormat.HEADER_SIZE + batch.entries() * FrameFormat.ENTRY_SIZE;
        ByteBuffer header = ByteBuffer.allocateDirect(headerSize).order(ByteOrder.LITTLE_ENDIAN);
        long start = state.appended();
        long end = start + size;
        state.putHeaderLocked(batch, header, 0);
        // Before it is written: a failure leaves its outcome unknown, and whoever waits must be told.
        state.placeLocked(batch, size, waits);
        segment.write(header, start);
        ByteBuffer piece = state.staging.idle();
        long at = start + headerSize;
        for (int offset = 0; offset < batch.length(); ) {
            int length = Math.min(state.staging.size(), batch.length() - offset);
            piece.clear().put(batch.payload(), offset, length).flip();
            segment.write(piece, at);
            at += length;
            offset += length;
        }
        piece.clear().put(new byte[(int) (end - at)]);
        Staging.putTerminator(piece, end, segment.header().endPosition());
        segment.write(piece.flip(), at);
    }
}
