package dev.wal.log;

import dev.wal.common.WalClosedException;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.Segment;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The end of the log and the locks that guard it, always taken in this order: {@code rollLock} (one thread at a time changes the segment), {@code
 * writeLock} (one thread at a time writes; what was staged first is written first), {@code appendLock} (the place of the next batch). Methods whose
 * names end in {@code Locked} are for holders of the append lock.
 */
final class TailState {
    final ReentrantLock rollLock = new ReentrantLock();
    final ReentrantLock writeLock = new ReentrantLock();
    final ReentrantLock appendLock = new ReentrantLock();

    final LogFailure failure;
    final Sequencer sequencer;
    final Staging staging;
    final TailSegments segments;
    final NextGroup nextGroup = new NextGroup();
    final UnforcedAge unforcedAge;
    private final CommitQueue queue;
    private final CommitQueue tokens;

    // Guarded by the append lock.
    private boolean closed;
    private long framesEnd;
    private long outcomesEnd;
    private long reserveEnd;

    /** Written under the append lock. */
    private volatile long appended;

    /** Written under the write lock. */
    private volatile long written;

    /** Written by the one thread that forces, under the append lock. */
    private volatile long durable;

    TailState(
            LogFailure failure,
            CommitQueue queue,
            CommitQueue tokens,
            Sequencer sequencer,
            LogScan scan,
            Segment segment,
            LongSupplier nanoTime) {
        this.failure = failure;
        this.queue = queue;
        this.tokens = tokens;
        this.sequencer = sequencer;
        this.staging = new Staging(scan.end(), segment.header().size());
        this.segments = new TailSegments(failure, scan, segment);
        this.unforcedAge = new UnforcedAge(nanoTime);
        shareOut(segment);
        this.appended = scan.end();
        this.written = scan.end();
        this.durable = scan.end();
    }

    long appended() {
        return appended;
    }

    long written() {
        return written;
    }

    long durable() {
        return durable;
    }

    void checkOpenLocked() {
        failure.throwIfSet();
        if (closed) {
            throw new WalClosedException("The log is closed. Nothing of this call was written.");
        }
    }

    boolean isOpenLocked() {
        return !closed && !failure.isSet();
    }

    void closeLocked() {
        closed = true;
    }

    private void shareOut(Segment segment) {
        int partitions = sequencer.nextLsns().length;
        framesEnd = SegmentRoom.framesEnd(segment.header(), partitions);
        outcomesEnd = SegmentRoom.outcomesEnd(segment.header(), partitions);
        reserveEnd = SegmentRoom.reserveEnd(segment.header());
    }

    boolean fitsSegmentLocked(Batch batch, long size) {
        long roomEnd = switch (batch.reserve()) {
            case NONE -> framesEnd;
            case OUTCOME -> outcomesEnd;
            case CHECKPOINT -> reserveEnd;
        };
        return appended + size <= roomEnd;
    }

    boolean fitsMarkLocked() {
        return appended + FrameFormat.HEADER_SIZE <= framesEnd && staging.fits(FrameFormat.HEADER_SIZE);
    }

    void stageLocked(Batch batch, int size, boolean waits) {
        ByteBuffer target = staging.filling();
        int index = target.position();
        putHeaderLocked(batch, target, index);
        target.position(index + FrameFormat.HEADER_SIZE + batch.entries() * FrameFormat.ENTRY_SIZE);
        target.put(batch.payload(), 0, batch.length());
        while (target.position() < index + size) {
            target.put((byte) 0);
        }
        placeLocked(batch, size, waits);
        appendedLocked(batch);
    }

    void putHeaderLocked(Batch batch, ByteBuffer target, int index) {
        sequencer.putHeader(batch, target, index, appended, durable, segments.currentInfo());
    }

    /** Gives a batch its place, at the end so far. Whoever waits for it is told of a failure from here on. */
    void placeLocked(Batch batch, int size, boolean waits) {
        batch.placed(appended, appended + size, sequencer.commitTimeMicros());
        if (waits) {
            (batch.isCommittingNothing() ? tokens : queue).addLocked(batch);
            if (batch.mustBeForced) {
                nextGroup.add(batch);
            }
        }
    }

    /** The log goes on behind a batch that has its place. */
    void appendedLocked(Batch batch) {
        batch.releasePayload();
        appended = batch.end();
        unforcedAge.staged();
    }

    void stageMarkLocked() {
        appended = stageEmptyFrameLocked(FrameFormat.MARK);
    }

    /**
     * Stages the last frame of the segment, and returns the position behind it. The log does not end there, not even for a moment: whoever asks without the lock where it ends
     * would be told a position at which nothing will ever be, and from which nothing can be read.
     */
    long stageSealLocked() {
        return stageEmptyFrameLocked(FrameFormat.SEAL);
    }

    private long stageEmptyFrameLocked(byte type) {
        ByteBuffer target = staging.filling();
        int index = target.position();
        sequencer.putEmptyFrame(
                type, target, index, appended, durable, segments.current().header());
        target.position(index + FrameFormat.HEADER_SIZE);
        return appended + FrameFormat.HEADER_SIZE;
    }

    /** All below a position was written; with the write lock held. */
    void written(long position) {
        written = position;
    }

    void durableLocked(long position) {
        durable = position;
        unforcedAge.forced();
    }

    /** Goes on in another segment, with all locks held and nothing staged. */
    void useLocked(Segment next) {
        segments.use(next, sequencer.nextLsns());
        shareOut(next);
        appended = next.header().firstFramePosition();
        staging.continueAt(appended);
        written = appended;
    }
}
