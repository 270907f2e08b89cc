package dev.wal.log;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalLimitException;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.FrameFormat.FramePlace;
import dev.wal.segment.FrameFormat.HeaderChecksum;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log. Batches are <i>staged</i> in memory under a short lock, which gives them their place; <i>written</i> to the operating
 * system, all that were staged with one call; and <i>forced</i>.
 *
 * <p>Three locks, always taken in this order: {@code rollLock} (one thread at a time changes the segment), {@code writeLock} (one thread at a
 * time writes; what was staged first is written first), {@code appendLock} (the place of the next batch). No lock is held
 * during a force.
 */
final class Tail {
    private static final int BUFFER_SIZE = 1 << 20;
    private static final long NONE = Long.MIN_VALUE;
    private static final ByteBuffer TERMINATOR = ByteBuffer.allocateDirect(FrameFormat.HEADER_SIZE);

    private final LogFailure failure;
    private final SegmentSupply supply;
    private final CommitQueue queue;
    private final CommitQueue tokens;
    private final int incarnation;
    private final LongSupplier clockMicros;
    private final LongSupplier nanoTime;
    private final IntConsumer onRoll;

    private final ReentrantLock rollLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ReentrantLock appendLock = new ReentrantLock();

    // Guarded by appendLock.
    private final FramePlace place = new FramePlace();
    private final HeaderChecksum headerChecksum;
    private final long[] nextLsns;
    private ByteBuffer staging = buffer();
    private long stagingStart;
    private final long[] durableNextLsns;
    private boolean closed;

    // Written under writeLock and appendLock, read under either.
    private TailSegment segment;
    private SegmentInfo segmentInfo;
    private final Deque<SegmentInfo> segments = new ArrayDeque<>();

    // Guarded by writeLock.
    private ByteBuffer idle = buffer();
    private final List<TailSegment> unforced = new ArrayList<>();

    // Written under appendLock.
    private volatile long appended;
    private volatile int waitingCommits;
    private volatile int waitingRecords;
    private volatile @Nullable Batch firstWaiting;
    private volatile long oldestStagedNanos = NONE;
    private volatile long oldestForcingNanos = NONE;

    private volatile long written;
    private volatile long durable;

    private final Capture capture;

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
            IntConsumer onRoll) {
        this.onRoll = onRoll;
        this.failure = failure;
        this.supply = supply;
        this.queue = queue;
        this.tokens = tokens;
        this.incarnation = incarnation;
        this.clockMicros = clockMicros;
        this.nanoTime = nanoTime;
        this.headerChecksum = new HeaderChecksum(identity.logId());
        this.nextLsns = scan.nextLsns().toArray();
        this.durableNextLsns = scan.nextLsns().toArray();
        this.capture = new Capture(identity.partitions());
        this.segment = new TailSegment(segment, failure);
        this.segments.addAll(scan.segments().subList(0, scan.endSegment() + 1));
        this.segmentInfo = segments.getLast();
        this.place.commitTimeMicros = scan.commitTimeMicros();
        this.stagingStart = scan.end();
        this.appended = scan.end();
        this.written = scan.end();
        this.durable = scan.end();
    }

    /**
     * Gives a batch its place, and stages it.
     *
     * @param waits whether the batch is added to the queue of those who wait
     * @throws WalLimitException if it is larger than a segment takes
     */
    void append(Batch batch, boolean waits) {
        batch.seal();
        long size = batch.frameSize();
        while (true) {
            TailSegment full;
            appendLock.lock();
            try {
                checkOpenLocked();
                if (fitsSegmentLocked(size)) {
                    if (fitsStagingLocked(size)) {
                        stageLocked(batch, (int) size, waits);
                        return;
                    }
                    full = null;
                } else {
                    full = segment;
                }
            } finally {
                appendLock.unlock();
            }
            if (full != null) {
                roll(full, size);
            } else if (size > BUFFER_SIZE) {
                if (appendLarge(batch, (int) size, waits)) {
                    return;
                }
            } else {
                writeTo(appended);
            }
        }
    }

    /** Gives a batch its place, and stages it, if there is room. */
    boolean tryAppend(Batch batch) {
        batch.seal();
        long size = batch.frameSize();
        appendLock.lock();
        try {
            checkOpenLocked();
            if (!fitsSegmentLocked(size) || !fitsStagingLocked(size)) {
                return false;
            }
            stageLocked(batch, (int) size, false);
            return true;
        } finally {
            appendLock.unlock();
        }
    }

    private void checkOpenLocked() {
        failure.throwIfSet();
        if (closed) {
            throw new WalClosedException("The log is closed. Nothing of this call was written.");
        }
    }

    /** Room for the frame and, behind it, for the seal. */
    private boolean fitsSegmentLocked(long size) {
        return appended + size + FrameFormat.HEADER_SIZE <= segment.header().endPosition();
    }

    private boolean fitsStagingLocked(long size) {
        return staging.position() + size <= BUFFER_SIZE;
    }

    /** Bytes of the largest frame that a segment takes. */
    static int maxFrameSize(int segmentSize) {
        return segmentSize - SegmentFormat.HEADER_SIZE - FrameFormat.HEADER_SIZE;
    }

    private void stageLocked(Batch batch, int size, boolean waits) {
        int index = staging.position();
        putHeaderLocked(batch, staging, index);
        int payloadIndex = index + FrameFormat.HEADER_SIZE + batch.entries() * FrameFormat.ENTRY_SIZE;
        staging.position(payloadIndex);
        staging.put(batch.payload(), 0, batch.length());
        while (staging.position() < index + size) {
            staging.put((byte) 0);
        }
        appendedLocked(batch, size, waits);
    }

    private void putHeaderLocked(Batch batch, ByteBuffer target, int index) {
        place.position = appended;
        place.mark = durable;
        place.incarnation = incarnation;
        place.segment = segment.header().number();
        place.commitTimeMicros = Math.max(place.commitTimeMicros, clockMicros.getAsLong());
        int entries = batch.entries();
        byte flags = batch.isHoldingNothing() ? FrameFormat.HOLDS_NOTHING : 0;
        FrameFormat.putHeader(
                target, index, FrameFormat.BATCH, flags, entries, batch.length(), batch.payloadChecksum(), place);
        for (int i = 0; i < entries; i++) {
            int partition = batch.partition(i);
            long firstLsn = nextLsns[partition];
            FrameFormat.putEntry(target, index, i, partition, batch.count(i), firstLsn);
            batch.firstLsn(i, firstLsn);
            nextLsns[partition] = firstLsn + batch.count(i);
            if (!batch.isHoldingNothing()) {
                segmentInfo.hold(partition, nextLsns[partition] - 1);
            }
        }
        FrameFormat.putChecksum(target, index, entries, headerChecksum);
    }

    private void appendedLocked(Batch batch, int size, boolean waits) {
        long end = appended + size;
        batch.placed(appended, end, place.commitTimeMicros);
        batch.releasePayload();
        appended = end;
        if (oldestStagedNanos == NONE) {
            oldestStagedNanos = nanoTime.getAsLong();
        }
        if (waits) {
            waitLocked(batch);
        }
    }

    private void waitLocked(Batch batch) {
        queue.addLocked(batch);
        if (batch.mustBeForced) {
            // Only written under this lock; volatile for those who look without it.
            int records = waitingRecords;
            int commits = waitingCommits;
            waitingRecords = records + batch.records();
            waitingCommits = commits + 1;
            if (firstWaiting == null) {
                firstWaiting = batch;
            }
        }
    }

    /**
     * Stages a mark, also when appends are refused already.
     *
     * @return position behind the mark; that behind the last batch if there is no room for a mark, in which case the batches behind, or the seal, carry one
     */
    long appendMark() {
        appendLock.lock();
        try {
            failure.throwIfSet();
            if (!fitsSegmentLocked(FrameFormat.HEADER_SIZE) || !fitsStagingLocked(FrameFormat.HEADER_SIZE)) {
                return appended;
            }
            stageEmptyFrameLocked(FrameFormat.MARK);
            return appended;
        } finally {
            appendLock.unlock();
        }
    }

    private void stageEmptyFrameLocked(byte type) {
        int index = staging.position();
        place.position = appended;
        place.mark = durable;
        place.incarnation = incarnation;
        place.segment = segment.header().number();
        FrameFormat.putHeader(staging, index, type, (byte) 0, 0, 0, 0, place);
        FrameFormat.putChecksum(staging, index, 0, headerChecksum);
        staging.position(index + FrameFormat.HEADER_SIZE);
        appended = place.position + FrameFormat.HEADER_SIZE;
    }

    /**
     * Writes a frame that is larger than the buffer piece by piece, with both locks held.
     *
     * @return false if it has to be tried again because the segment has become full
     */
    private boolean appendLarge(Batch batch, int size, boolean waits) {
        writeLock.lock();
        try {
            appendLock.lock();
            try {
                if (closed || failure.isSet() || !fitsSegmentLocked(size)) {
                    return false;
                }
                writeStagedLocked();
                byte[] payload = batch.payload();
                int headerSize = FrameFormat.HEADER_SIZE + batch.entries() * FrameFormat.ENTRY_SIZE;
                ByteBuffer header = ByteBuffer.allocateDirect(headerSize).order(ByteOrder.LITTLE_ENDIAN);
                putHeaderLocked(batch, header, 0);
                long start = appended;
                batch.placed(start, start + size, place.commitTimeMicros);
                segment.write(header, start);
                long at = start + headerSize;
                for (int offset = 0; offset < batch.length(); ) {
                    int length = Math.min(BUFFER_SIZE, batch.length() - offset);
                    idle.clear().put(payload, offset, length).flip();
                    segment.write(idle, at);
                    at += length;
                    offset += length;
                }
                idle.clear().put(new byte[(int) (start + size - at)]);
                putTerminator(idle, start + size);
                segment.write(idle.flip(), at);
                appendedLocked(batch, size, waits);
                stagingStart = appended;
                written = appended;
                return true;
            } catch (IOException | RuntimeException | Error e) {
                throw failure.fail(e);
            } finally {
                idle.clear();
                appendLock.unlock();
            }
        } finally {
            writeLock.unlock();
        }
    }

    /** Has all bytes below a position written, by this thread or another. */
    void writeTo(long position) {
        if (written < position) {
            writeLock.lock();
            try {
                if (written < position) {
                    writeStaged(null);
                }
            } finally {
                writeLock.unlock();
            }
        }
    }

    /**
     * With the write lock held: swaps the buffers under the append lock, and writes without it.
     *
     * @param capture filled in with what the write covers, if the caller is going to force it
     */
    private void writeStaged(@Nullable Capture capture) {
        ByteBuffer full;
        long start;
        long end;
        appendLock.lock();
        try {
            full = staging;
            start = stagingStart;
            end = appended;
            staging = idle;
            idle = full;
            stagingStart = end;
            if (capture != null) {
                captureLocked(capture);
            }
        } finally {
            appendLock.unlock();
        }
        try {
            failure.throwIfSet();
            if (full.position() > 0) {
                putTerminator(full, end);
                segment.write(full.flip(), start);
                written = end;
            }
        } catch (Throwable e) {
            throw failure.fail(e);
        } finally {
            full.clear();
        }
    }

    private void captureLocked(Capture capture) {
        capture.end = appended;
        capture.commits = waitingCommits;
        System.arraycopy(nextLsns, 0, capture.nextLsns, 0, nextLsns.length);
        waitingCommits = 0;
        waitingRecords = 0;
        firstWaiting = null;
        oldestForcingNanos = oldestStagedNanos;
        oldestStagedNanos = NONE;
    }

    /** With both locks held: writes without swapping. */
    private void writeStagedLocked() throws IOException {
        if (staging.position() > 0) {
            putTerminator(staging, appended);
            segment.write(staging.flip(), stagingStart);
            staging.clear();
            stagingStart = appended;
        }
        written = appended;
    }

    /** Zeros behind the last frame, as far as the segment goes. */
    private void putTerminator(ByteBuffer target, long end) {
        int length = (int) Math.min(FrameFormat.HEADER_SIZE, segment.header().endPosition() - end);
        target.put(TERMINATOR.duplicate().limit(length));
    }

    /** Goes on in the next segment, unless another thread did so meanwhile. */
    private void roll(TailSegment full, long size) {
        long max = maxFrameSize(supply.segmentSize());
        if (size > max) {
            throw new WalLimitException("A batch of " + size + " bytes is larger than a segment takes (" + max
                    + " bytes of " + supply.segmentSize()
                    + "). Nothing of it was written: split it, or create segments of a larger size.");
        }
        SegmentHeader current;
        rollLock.lock();
        try {
            if (segment != full) {
                return;
            }
            // Waits, or throws, before anything is written.
            Segment next = supply.take(full.header());
            sealAndUse(full, next);
            current = next.header();
        } finally {
            rollLock.unlock();
        }
        onRoll.accept(current.number());
    }

    private void sealAndUse(TailSegment full, Segment next) {
        boolean used = false;
        writeLock.lock();
        appendLock.lock();
        try {
            if (closed || failure.isSet()) {
                // The next attempt to append says so.
                return;
            }
            if (!fitsStagingLocked(FrameFormat.HEADER_SIZE)) {
                writeStagedLocked();
            }
            stageEmptyFrameLocked(FrameFormat.SEAL);
            writeStagedLocked();
            unforced.add(full);
            use(next);
            used = true;
        } catch (IOException | RuntimeException | Error e) {
            throw failure.fail(e);
        } finally {
            appendLock.unlock();
            writeLock.unlock();
            if (!used) {
                supply.giveBack(next);
            }
        }
    }

    private void use(Segment next) {
        segment = new TailSegment(next, failure);
        segmentInfo = new SegmentInfo(next.header(), nextLsns);
        segments.addLast(segmentInfo);
        appended = next.header().firstFramePosition();
        stagingStart = appended;
        written = appended;
    }

    /**
     * Forces all that was staged so far: earlier segments first, then the current one. Only one thread at a time may call this.
     *
     * @return how many commits waited for it
     */
    int force() {
        TailSegment current;
        List<TailSegment> earlier;
        writeLock.lock();
        try {
            writeStaged(capture);
            current = segment;
            earlier = List.copyOf(unforced);
        } finally {
            writeLock.unlock();
        }
        try {
            forceAll(earlier);
            failure.throwIfSet();
            current.force();
        } catch (Throwable e) {
            throw failure.fail(e);
        }
        appendLock.lock();
        try {
            System.arraycopy(capture.nextLsns, 0, durableNextLsns, 0, durableNextLsns.length);
            durable = capture.end;
            oldestForcingNanos = NONE;
        } finally {
            appendLock.unlock();
        }
        return capture.commits;
    }

    /**
     * Forces the full segments; may run beside {@link #force()}.
     *
     * @return whether there were any
     */
    boolean forceFullSegments() {
        List<TailSegment> full;
        writeLock.lock();
        try {
            full = List.copyOf(unforced);
        } finally {
            writeLock.unlock();
        }
        try {
            forceAll(full);
        } catch (Throwable e) {
            throw failure.fail(e);
        }
        return !full.isEmpty();
    }

    private void forceAll(List<TailSegment> full) throws IOException {
        if (full.isEmpty()) {
            return;
        }
        for (TailSegment one : full) {
            one.finish();
        }
        writeLock.lock();
        try {
            unforced.removeAll(full);
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Adds an entry to the queue of tokens, which is completed when all that was appended so far is forced.
     *
     * @return false if it is already, and nothing was added
     */
    boolean appendToken(Batch token) {
        appendLock.lock();
        try {
            if (durable >= appended) {
                return false;
            }
            token.placed(appended, appended, place.commitTimeMicros);
            tokens.addLocked(token);
            // Covered by the force under way, it needs no other one, and must not hide those who do.
            if (firstWaiting == null && capture.end < appended) {
                firstWaiting = token;
            }
            return true;
        } finally {
            appendLock.unlock();
        }
    }

    /** Refuses all later appends. */
    void refuseAppends() {
        appendLock.lock();
        try {
            closed = true;
        } finally {
            appendLock.unlock();
        }
    }

    /** Closes the files. Nobody may write or force any more. */
    void closeFiles() throws IOException {
        writeLock.lock();
        try {
            for (TailSegment full : unforced) {
                full.close();
            }
            segment.close();
        } finally {
            writeLock.unlock();
        }
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

    /** Commits that wait for the next force. */
    int waitingCommits() {
        return waitingCommits;
    }

    /** Records of the commits that wait for the next force. */
    int waitingRecords() {
        return waitingRecords;
    }

    /** The first commit that waits for the next force. */
    @Nullable
    Batch firstWaiting() {
        return firstWaiting;
    }

    /** Age of the oldest batch that is not forced yet; 0 if there is none. */
    long oldestUnforcedAgeNanos() {
        // In this order: a force moves the time from the second to the first, never back.
        long staged = oldestStagedNanos;
        long forcing = oldestForcingNanos;
        long oldest = forcing == NONE ? staged : forcing;
        return oldest == NONE ? 0 : Math.max(0, nanoTime.getAsLong() - oldest);
    }

    /** Up to where batches were handed back. The caller makes sure that none is at this moment. */
    HandledPoint handledPoint() {
        appendLock.lock();
        try {
            long position = appended;
            long[] lsns = nextLsns.clone();
            for (Batch batch : queue.pendingNewestFirst()) {
                position = batch.position();
                for (int i = 0; i < batch.entries(); i++) {
                    lsns[batch.partition(i)] = batch.firstLsn(i);
                }
            }
            return new HandledPoint(position, new PartitionLsns(lsns));
        } finally {
            appendLock.unlock();
        }
    }

    /** What the log is now, all of one moment. */
    LogStatus status() {
        appendLock.lock();
        try {
            return new LogStatus(
                    appended,
                    durable,
                    new PartitionLsns(nextLsns),
                    new PartitionLsns(durableNextLsns),
                    segments.stream().map(SegmentInfo::header).toList());
        } finally {
            appendLock.unlock();
        }
    }

    /** Position of the first byte of the log that is left. */
    long firstPosition() {
        appendLock.lock();
        try {
            return segments.getFirst().header().basePosition();
        } finally {
            appendLock.unlock();
        }
    }

    /** Where to look for a record. */
    LsnPlace find(int partition, long lsn) {
        appendLock.lock();
        try {
            SegmentInfo first = segments.getFirst();
            SegmentInfo found = first;
            for (SegmentInfo info : segments) {
                if (info.firstLsn(partition) > lsn) {
                    break;
                }
                found = info;
            }
            boolean isWhole = first.header().basePosition() == 0;
            return new LsnPlace(
                    found.header().firstFramePosition(), isWhole ? 0 : first.firstLsn(partition), nextLsns[partition]);
        } finally {
            appendLock.unlock();
        }
    }

    /** Number of the first segment that is needed, or is not forced. */
    int firstNeededSegment(Retention retention) {
        appendLock.lock();
        try {
            for (SegmentInfo info : segments) {
                long end = info.header().endPosition();
                if (info == segmentInfo || end > durable || !info.isObsolete(retention)) {
                    return info.header().number();
                }
            }
            throw new AssertionError("the current segment is always needed");
        } finally {
            appendLock.unlock();
        }
    }

    /**
     * Forgets segments, and returns them, oldest first.
     *
     * @param below asked under the lock: a reader that registers later does not see the segments any more
     */
    List<SegmentHeader> forgetSegmentsBefore(int number, LongSupplier below) {
        List<SegmentHeader> forgotten = new ArrayList<>();
        appendLock.lock();
        try {
            long limit = below.getAsLong();
            while (segments.getFirst().header().number() < number
                    && segments.getFirst().header().endPosition() <= limit) {
                forgotten.add(segments.removeFirst().header());
            }
        } finally {
            appendLock.unlock();
        }
        return forgotten;
    }

    /** What a force covers; owned by the one thread that forces. */
    private static final class Capture {
        private final long[] nextLsns;

        /** Written under the append lock. */
        private long end;

        private int commits;

        private Capture(int partitions) {
            nextLsns = new long[partitions];
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BUFFER_SIZE + FrameFormat.HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }
}
