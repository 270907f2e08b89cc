package dev.wal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands what was staged to the operating system, all of it with one call. */
final class TailWriter {
    private final TailState state;

    TailWriter(TailState state) {
        this.state = state;
    }

    /** Has all bytes below a position written, by this thread or another. */
    void writeTo(long position) {
        if (state.written() < position) {
            state.writeLock.lock();
            try {
                if (state.written() < position) {
                    write(null);
                }
            } finally {
                state.writeLock.unlock();
            }
        }
    }

    /**
     * With the write lock held: swaps the buffers under the append lock, and writes without it.
     *
     * @param scope filled in with what the write covers, if the caller is going to force it
     */
    void write(@Nullable ForceScope scope) {
        ByteBuffer full;
        long start;
        long end;
        state.appendLock.lock();
        try {
            start = state.staging.start();
            end = state.appended();
            full = state.staging.swap(end);
            if (scope != null) {
                scope.takeLocked(state);
            }
        } finally {
            state.appendLock.unlock();
        }
        try {
            state.failure.throwIfSet();
            if (full.position() > 0) {
                write(full, start, end);
                state.written(end);
            }
        } catch (Throwable e) {
            throw state.failure.fail(e);
        } finally {
            full.clear();
        }
    }

    /** With the write and append locks held: writes without swapping. */
    void writeStagedLocked() throws IOException {
        long end = state.appended();
        if (state.staging.filling().position() > 0) {
            write(state.staging.filling(), state.staging.start(), end);
            state.staging.continueAt(end);
        }
        state.written(end);
    }

    /**
     * With the write and append locks held: writes what was staged, of which the last is a seal. The next segment is used before anything else happens.
     *
     * @param end behind the seal
     */
    void writeSealedLocked(long end) throws IOException {
        write(state.staging.filling(), state.staging.start(), end);
    }

    private void write(ByteBuffer frames, long start, long end) throws IOException {
        TailSegment segment = state.segments.current();
        Staging.putTerminator(frames, end, segment.header().endPosition());
        segment.write(frames.flip(), start);
    }
}
