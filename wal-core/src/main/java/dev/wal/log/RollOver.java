package dev.wal.log;

import dev.wal.segment.FrameFormat;
import dev.wal.segment.Segment;
import java.io.IOException;
import java.util.function.IntConsumer;

/** Goes on in the next segment when the current one is full: seals it, and leaves forcing it to others, so that nobody waits for that with a lock held. */
final class RollOver {
    private final TailState state;
    private final TailWriter writer;
    private final SegmentSupply supply;
    private final IntConsumer onRoll;

    /** @param onRoll told the number of each new segment, by a thread that holds no lock */
    RollOver(TailState state, TailWriter writer, SegmentSupply supply, IntConsumer onRoll) {
        this.state = state;
        this.writer = writer;
        this.supply = supply;
        this.onRoll = onRoll;
    }

    /**
     * Goes on in the next segment, unless another thread did so meanwhile.
     *
     * @throws dev.wal.common.WalSpaceException if there is no next one; nothing was written
     */
    void roll(TailSegment full) {
        Segment next;
        boolean used;
        state.rollLock.lock();
        try {
            if (state.segments.current() != full) {
                return;
            }
            // Waits, or throws, before anything is written.
            next = supply.take(full.header());
            used = sealAndUse(next);
        } finally {
            state.rollLock.unlock();
        }
        if (used) {
            onRoll.accept(next.header().number());
        }
    }

    /** Returns false if the log has ended or was closed meanwhile, as the next attempt to append says. */
    private boolean sealAndUse(Segment next) {
        boolean used = false;
        state.writeLock.lock();
        state.appendLock.lock();
        try {
            if (!state.isOpenLocked()) {
                return false;
            }
            if (!state.staging.fits(FrameFormat.HEADER_SIZE)) {
                writer.writeStagedLocked();
            }
            writer.writeSealedLocked(state.stageSealLocked());
            state.useLocked(next);
            used = true;
            return true;
        } catch (IOException | RuntimeException | Error e) {
            throw state.failure.fail(e);
        } finally {
            state.appendLock.unlock();
            state.writeLock.unlock();
            if (!used) {
                supply.giveBack(next);
            }
        }
    }
}
