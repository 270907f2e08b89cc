package dev.wal.log;

import dev.wal.common.WalLimitException;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log. Batches are <i>staged</i> in memory under a short lock, which gives them their place ({@link TailState}); <i>written</i> to the operating
 * system, all that were staged with one call ({@link TailWriter}); and <i>forced</i> ({@link TailForce}). What does not fit goes into the next segment ({@link
 * RollOver}), or past the buffer ({@link LargeFrames}).
 */
final class Tail {
    private final TailState state;
    private final CommitQueue queue;
    private final CommitQueue tokens;
    private final TailWriter writer;
    private final TailForce forces;
    private final RollOver rollOver;
    private final LargeFrames largeFrames;
    private final int segmentSize;
    private final int maxFrameSize;

    /**
     * @param queue of batches
     * @param tokens of those who wait for a force, but committed nothing
     * @param segment the one in which the log ends
     * @param onRoll told the number of each new segment
     */
    Tail(
            LogFailure failure,
            SegmentSupply supply,
            CommitQueue queue,
            CommitQueue tokens,
            LogIdentity identity,
            int incarnation,
            LogScan scan,
            Segment segment,
            LongSupplier clockMicros,
            LongSupplier nanoTime,
            BooleanSupplier isCallerVirtual,
            IntConsumer onRoll) {
        this.segmentSize = supply.segmentSize();
        this.maxFrameSize = SegmentRoom.maxFrameSize(segmentSize, identity.partitions());
        this.queue = queue;
        this.tokens = tokens;
        Sequencer sequencer = new Sequencer(identity, incarnation, scan, clockMicros);
        this.state = new TailState(failure, queue, tokens, sequencer, scan, segment, nanoTime);
        this.writer = new TailWriter(state, isCallerVirtual);
        this.forces = new TailForce(state, writer, scan);
        this.rollOver = new RollOver(state, writer, supply, onRoll);
        this.largeFrames = new LargeFrames(state, writer);
    }

    /**
     * Gives a batch its place, and stages it.
     *
     * @param waits whether the batch is added to the queue of those who wait
     * @throws WalLimitException if it is larger than a segment takes
     */
    void append(Batch batch, boolean waits) {
        long size = batch.frameSize();
        checkFitsSegment(batch, size);
        batch.seal();
        while (true) {
            TailSegment full;
            state.appendLock.lock();
            try {
                state.checkOpenLocked();
                if (state.fitsSegmentLocked(batch, size)) {
                    if (state.staging.fits(size)) {
                        state.stageLocked(batch, (int) size, waits);
                        return;
                    }
                    full = null;
                } else {
                    full = state.segments.current();
                }
            } finally {
                state.appendLock.unlock();
            }
            if (full != null) {
                rollOver.roll(full);
            } else if (size > state.staging.size()) {
                if (largeFrames.append(batch, (int) size, waits)) {
                    return;
                }
            } else {
                writer.writeTo(state.appended());
            }
        }
    }

    private void checkFitsSegment(Batch batch, long size) {
        refuseEmpty(batch);
        int partitions = state.sequencer.nextLsns().length;
        long max = switch (batch.reserve()) {
            case NONE -> maxFrameSize;
            case OUTCOME -> SegmentRoom.maxOutcomeFrameSize(segmentSize, partitions);
            case CHECKPOINT -> SegmentRoom.maxReserveFrameSize(segmentSize);
        };
        if (size > max) {
            throw new WalLimitException("A batch of " + size + " bytes is larger than a segment takes (" + max
                    + " bytes of " + segmentSize
                    + "). Nothing of it was written: split it, or create segments of a larger size.");
        }
    }

    /** A frame without records could not be read. */
    private static void refuseEmpty(Batch batch) {
        if (batch.isEmpty()) {
            throw new IllegalArgumentException("A batch must have records");
        }
    }

    /** Bytes of the largest frame. */
    int maxFrameSize() {
        return maxFrameSize;
    }

    /** Gives a batch its place, and stages it, if there is room. */
    boolean tryAppend(Batch batch) {
        refuseEmpty(batch);
        batch.seal();
        long size = batch.frameSize();
        state.appendLock.lock();
        try {
            state.checkOpenLocked();
            if (!state.fitsSegmentLocked(batch, size) || !state.staging.fits(size)) {
                return false;
            }
            state.stageLocked(batch, (int) size, false);
            return true;
        } finally {
            state.appendLock.unlock();
        }
    }

    /**
     * Stages a mark, also when appends are refused already.
     *
     * @return position behind the mark; that behind the last batch if there is no room for a mark, in which case the batches behind, or the seal, carry one
     */
    long appendMark() {
        state.appendLock.lock();
        try {
            state.failure.throwIfSet();
            if (state.fitsMarkLocked()) {
                state.stageMarkLocked();
            }
            return state.appended();
        } finally {
            state.appendLock.unlock();
        }
    }

    /**
     * Adds an entry to the queue of tokens, which is completed when all that was appended so far is forced.
     *
     * @return false if it is already, and nothing was added
     */
    boolean appendToken(Batch token) {
        state.appendLock.lock();
        try {
            long appended = state.appended();
            if (state.durable() >= appended) {
                return false;
            }
            token.placed(appended, appended, state.sequencer.commitTimeMicros());
            tokens.addLocked(token);
            // Covered by the force under way, it needs no other one, and must not hide those who do.
            if (!forces.coversLocked(appended)) {
                state.nextGroup.addFirst(token);
            }
            return true;
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Has all bytes below a position written, by this thread or another. */
    void writeTo(long position) {
        writer.writeTo(position);
    }

    /** See {@link TailForce#force()}. */
    int force() {
        return forces.force();
    }

    /** See {@link TailForce#forceFullSegments()}. */
    boolean forceFullSegments() {
        return forces.forceFullSegments();
    }

    /** Refuses all later appends. */
    void refuseAppends() {
        state.appendLock.lock();
        try {
            state.closeLocked();
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Closes the files. Nobody may write or force any more. */
    void closeFiles() throws IOException {
        state.writeLock.lock();
        try {
            state.segments.close();
        } finally {
            state.writeLock.unlock();
        }
    }

    long appended() {
        return state.appended();
    }

    long written() {
        return state.written();
    }

    long durable() {
        return state.durable();
    }

    /** Commits that wait for the next force. */
    int waitingCommits() {
        return state.nextGroup.commits();
    }

    /** Records of the commits that wait for the next force. */
    int waitingRecords() {
        return state.nextGroup.records();
    }

    /** The first commit that waits for the next force. */
    @Nullable
    Batch firstWaiting() {
        return state.nextGroup.first();
    }

    /** Age of the oldest batch that is not forced yet; 0 if there is none. */
    long oldestUnforcedAgeNanos() {
        return state.unforcedAge.nanos();
    }

    /** Up to where batches were handed back. The caller makes sure that none is at this moment. */
    HandledPoint handledPoint() {
        state.appendLock.lock();
        try {
            long appended = state.appended();
            Batch first = queue.firstPending();
            return new HandledPoint(
                    first == null ? appended : first.position(),
                    appended,
                    new PartitionLsns(state.sequencer.nextLsns()));
        } finally {
            state.appendLock.unlock();
        }
    }

    /** What the log is now, all of one moment. */
    LogStatus status() {
        state.appendLock.lock();
        try {
            return new LogStatus(
                    state.appended(),
                    state.durable(),
                    new PartitionLsns(state.sequencer.nextLsns()),
                    forces.durableNextLsnsLocked(),
                    state.segments.headers());
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Oldest first. */
    List<SegmentHeader> segmentHeaders() {
        state.appendLock.lock();
        try {
            return state.segments.headers();
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Position of the first byte of the log that is left. */
    long firstPosition() {
        state.appendLock.lock();
        try {
            return state.segments.firstPosition();
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Where to look for a record. */
    LsnPlace find(int partition, long lsn) {
        state.appendLock.lock();
        try {
            return state.segments.find(partition, lsn, state.sequencer.nextLsns()[partition]);
        } finally {
            state.appendLock.unlock();
        }
    }

    /** See {@link Log#keptFrom}. */
    long[] keptFrom(long[] lsns) {
        state.appendLock.lock();
        try {
            return state.segments.keptFrom(lsns);
        } finally {
            state.appendLock.unlock();
        }
    }

    /** Number of the first segment that is needed, or is not forced. */
    int firstNeededSegment(Retention retention) {
        state.appendLock.lock();
        try {
            return state.segments.firstNeeded(retention, state.durable());
        } finally {
            state.appendLock.unlock();
        }
    }

    /**
     * Forgets segments, and returns them, oldest first.
     *
     * @param below asked under the lock: a reader that registers later does not see the segments any more
     */
    List<SegmentHeader> forgetSegmentsBefore(int number, LongSupplier below) {
        state.appendLock.lock();
        try {
            return state.segments.forgetBefore(number, below);
        } finally {
            state.appendLock.unlock();
        }
    }
}
