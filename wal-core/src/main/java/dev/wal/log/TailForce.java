package dev.wal.log;

import java.io.IOException;
import java.util.List;

/** Makes what was staged durable. No lock of the tail is held during a force. */
final class TailForce {
    private final TailState state;
    private final TailWriter writer;
    private final ForceScope scope;

    /** Guarded by the append lock. */
    private final long[] durableNextLsns;

    TailForce(TailState state, TailWriter writer, LogScan scan) {
        this.state = state;
        this.writer = writer;
        this.durableNextLsns = scan.nextLsns().toArray();
        this.scope = new ForceScope(durableNextLsns.length);
    }

    /**
     * Forces all that was staged so far: earlier segments first, then the current one. Only one thread at a time may call this.
     *
     * @return how many commits waited for it
     */
    int force() {
        TailSegment current;
        List<TailSegment> earlier;
        state.writeLock.lock();
        try {
            writer.write(scope);
            current = state.segments.current();
            earlier = state.segments.unforced();
        } finally {
            state.writeLock.unlock();
        }
        try {
            finish(earlier);
            state.failure.throwIfSet();
            current.force();
        } catch (Throwable e) {
            throw state.failure.fail(e);
        }
        state.appendLock.lock();
        try {
            scope.copyNextLsns(durableNextLsns);
            state.durableLocked(scope.end());
        } finally {
            state.appendLock.unlock();
        }
        return scope.commits();
    }

    /**
     * Forces the full segments; may run beside {@link #force()}.
     *
     * @return whether there were any
     */
    boolean forceFullSegments() {
        List<TailSegment> full;
        state.writeLock.lock();
        try {
            full = state.segments.unforced();
        } finally {
            state.writeLock.unlock();
        }
        try {
            finish(full);
        } catch (Throwable e) {
            throw state.failure.fail(e);
        }
        return !full.isEmpty();
    }

    private void finish(List<TailSegment> full) throws IOException {
        if (full.isEmpty()) {
            return;
        }
        for (TailSegment one : full) {
            one.finish();
        }
        state.writeLock.lock();
        try {
            state.segments.forced(full);
        } finally {
            state.writeLock.unlock();
        }
    }

    /** Whether the force under way, or the last one, goes as far as a position. */
    boolean coversLocked(long position) {
        return scope.end() >= position;
    }

    /** LSN behind the last record of each partition that is forced. */
    PartitionLsns durableNextLsnsLocked() {
        return new PartitionLsns(durableNextLsns);
    }
}
