package dev.wal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Hands what was staged to the operating system, all of it with one call. */
final class TailWriter {
    private static final int YIELDS_BEFORE_PARKING = 100;

    private final TailState state;
    private final BooleanSupplier isCallerVirtual;

    TailWriter(TailState state, BooleanSupplier isCallerVirtual) {
        this.state = state;
        this.isCallerVirtual = isCallerVirtual;
    }

    /**
     * Has all bytes below a position written, by this thread or another. Who finds another one writing yields for a while before it parks: a write
     * takes about a microsecond, less than waking a thread does, and may be followed by one that has these bytes in it. A virtual thread parks at
     * once: yielding, it would stand in line behind all others that are ready.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is what this is about.
    void writeTo(long position) {
        for (int yields = 0; state.written() < position; yields++) {
            if (tryLock(yields)) {
                try {
                    if (state.written() < position) {
                        write(null);
                    }
                } finally {
                    state.writeLock.unlock();
                }
            } else {
                Thread.yield();
            }
        }
    }

    private boolean tryLock(int yields) {
        if (state.writeLock.tryLock()) {
            return true;
        }
        if (yields < YIELDS_BEFORE_PARKING && !isCallerVirtual.getAsBoolean()) {
            return false;
        }
        state.writeLock.lock();
        return true;
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
