package dev.wal.log;

import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.segment.FrameReader;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log that is open for writing: appends batches in one order and makes them durable. Safe for use by several threads.
 */
public final class Log {
    private static final Logger logger = LoggerFactory.getLogger(Log.class);

    private final Storage storage;
    private final LogIdentity identity;
    private final LogSettings settings;
    private final LogFailure failure;
    private final LogThreads threads;
    private final CommitQueue queue;
    private final SegmentSupply supply;
    private final Tail tail;
    private final Committer committer;
    private final LogReaders readers;
    private final DurableWatch watch;
    private final GrowthWatch growth;

    private Log(
            Storage storage,
            LogIdentity identity,
            LogSettings settings,
            int incarnation,
            LogScan scan,
            Segment segment,
            @Nullable Segment spare) {
        this.storage = storage;
        this.identity = identity;
        this.settings = settings;
        Path fileName = storage.directory().getFileName();
        String name = fileName == null ? "" : fileName.toString();
        this.failure = new LogFailure(storage.directory());
        this.threads = settings.threads().apply(name);
        AsyncCommits asyncCommits = new AsyncCommits("wal-completions-" + name);
        this.queue = new CommitQueue(failure, asyncCommits.outcomes());
        // A queue of their own: commits that need no force must not queue up behind those who wait for one.
        CommitQueue tokens = new CommitQueue(failure, asyncCommits.outcomes());
        SegmentMaker maker =
                new SegmentMaker(storage, settings.segmentSize(), new DiskUse(storage, settings.maxDisk()));
        this.supply = new SegmentSupply(storage, maker, threads::prepareSegment, spare);
        this.tail = new Tail(
                failure,
                supply,
                queue,
                tokens,
                identity,
                incarnation,
                scan,
                segment,
                settings.clockMicros(),
                settings.nanoTime(),
                threads::isCallerVirtual,
                this::rolled);
        this.watch = new DurableWatch(tail::durable, failure, settings.nanoTime());
        this.growth = new GrowthWatch(tail::appended);
        this.committer = new Committer(settings, failure, tail, queue, tokens, asyncCommits, watch, growth, threads);
        this.readers = new LogReaders(storage, identity, tail, maker, supply);
        committer.start();
        asyncCommits.start();
        supply.prepareAfter(segment.header());
    }

    /**
     * Starts appending where a log ends, which must have been repaired, with a mark that is forced: from then on all that was read is known to be durable.
     *
     * @param incarnation of this open, durable in the manifest already
     */
    public static Log start(Storage storage, LogIdentity identity, LogSettings settings, int incarnation, LogScan scan)
            throws IOException {
        List<SegmentInfo> segments = scan.segments();
        SegmentHeader current = segments.get(scan.endSegment()).header();
        Segment segment = Segment.open(storage, current);
        Segment spare = null;
        try {
            if (scan.endSegment() + 1 < segments.size()) {
                spare = Segment.open(
                        storage, segments.get(scan.endSegment() + 1).header());
            }
            Log log = new Log(storage, identity, settings, incarnation, scan, segment, spare);
            try {
                log.tail.appendMark();
                log.sync();
                return log;
            } catch (Throwable e) {
                log.close();
                throw e;
            }
        } catch (Throwable e) {
            segment.close();
            if (spare != null) {
                spare.close();
            }
            throw e;
        }
    }

    /** Makes the first segment of a new log. */
    public static void create(Storage storage, LogIdentity identity, int segmentSize) throws IOException {
        Segment.create(storage, new SegmentHeader(1, identity.logId(), 0, segmentSize))
                .close();
    }

    /** Bytes that the frame of the largest batch may take; see {@link Batch#frameSize()}. */
    public long maxFrameSize() {
        return tail.maxFrameSize();
    }

    /**
     * Appends a batch without waiting for anything: it is written and forced together with a later commit.
     */
    public void append(Batch batch) {
        committer.append(batch);
    }

    /** Appends a batch if that needs no waiting at all. */
    public void tryAppend(Batch batch) {
        committer.tryAppend(batch);
    }

    /**
     * Appends a batch, and returns once it is as durable as its level promises and its handler was called.
     *
     * @throws dev.wal.common.CommitUnknownException if the log failed after the batch got its place
     * @throws WalException of another kind if nothing was written
     */
    public void commit(Batch batch) {
        appendForCommit(batch);
        awaitCommit(batch);
    }

    /** The first half of {@link #commit(Batch)}: gives the batch its place. The second half must follow, in the same thread. */
    public void appendForCommit(Batch batch) {
        batch.observed = Observers.began(settings.observer(), WalOperation.COMMIT);
        try {
            committer.appendForCommit(batch);
        } catch (RuntimeException | Error e) {
            Observers.ended(batch.observed, e);
            throw e;
        }
    }

    /** The second half of {@link #commit(Batch)}. */
    public void awaitCommit(Batch batch) {
        try {
            committer.awaitCommit(batch);
        } catch (RuntimeException | Error e) {
            Observers.ended(batch.observed, e);
            throw e;
        }
        Observers.ended(batch.observed, null);
    }

    /**
     * Appends a batch, and tells its outcome later, in log order, by a thread of the log. Blocks while too many outcomes are awaited.
     *
     * @throws WalException if nothing was written
     */
    public void commitAsync(Batch batch, Batch.AsyncCommit outcome) {
        if (settings.observer() == WalObserver.NONE) {
            committer.commitAsync(batch, outcome);
            return;
        }
        WalObserver.Observed observed = Observers.began(settings.observer(), WalOperation.COMMIT);
        try {
            committer.commitAsync(batch, new ObservedCommit(observed, outcome));
        } catch (RuntimeException | Error e) {
            Observers.ended(observed, e);
            throw e;
        }
    }

    /** Returns once all that was appended before the call is forced. */
    public void sync() {
        committer.force(ForceReason.REQUEST);
    }

    /** Threads that help with what the caller could do alone. */
    public LogThreads threads() {
        return threads;
    }

    /** @throws dev.wal.common.WriteInApplyException if this thread is in a handler */
    public void refuseInHandler() {
        committer.refuseInHandler();
    }

    /** Returns once the operating system has all that was appended before the call. */
    public void flush() {
        tail.writeTo(tail.appended());
    }

    /**
     * Runs an action between two calls of handlers.
     *
     * @param action gets the point up to which handlers were called
     */
    public <T> T betweenHandlers(Function<HandledPoint, T> action) {
        return queue.betweenCompletions(() -> action.apply(tail.handledPoint()));
    }

    /** Commits that wait for the next force at this moment. */
    public int waitingCommits() {
        return tail.waitingCommits();
    }

    /** The log at this moment. */
    public LogStatus status() {
        return tail.status();
    }

    /** The disk space of the log at this moment. Lists the files. */
    public DiskStatus diskStatus() {
        return supply.diskStatus();
    }

    /** What the log failed with, or null. */
    public @Nullable Throwable failure() {
        return failure.cause();
    }

    /** Throws if the log has failed. */
    public void throwIfFailed() {
        failure.throwIfSet();
    }

    /** Position of the first byte that is left. */
    public long beginning() {
        return tail.firstPosition();
    }

    public int partitions() {
        return identity.partitions();
    }

    /** Position behind the last batch. */
    public long appended() {
        return tail.appended();
    }

    /** Reads frame by frame from a position to where the log is now, which need not be forced. */
    public LogReader read(long from) {
        return readers.read(from, FrameReader.SEQUENTIAL_WINDOW);
    }

    /** As {@link #read}, for jumping from frame to frame. */
    public LogReader readAtRandom(long from) {
        return readers.read(from, FrameReader.RANDOM_WINDOW);
    }

    /** Reads what is durable, also what will be. Holds no segment back. */
    public LogFollower follow() {
        return readers.follow(watch, failure);
    }

    /** Lets a thread wait until more is appended. */
    public GrowthWatch growth() {
        return growth;
    }

    /** Where a record is to be looked for. */
    public LsnPlace find(int partition, long lsn) {
        return tail.find(partition, lsn);
    }

    /**
     * For each partition, the beginning of the first segment with a record that must be kept and has at least a given LSN, {@link Long#MAX_VALUE} if there is none.
     */
    public long[] keptFrom(long[] lsns) {
        return tail.keptFrom(lsns);
    }

    /** Number of the first segment that is needed by a partition. */
    public int firstNeededSegment(Retention retention) {
        return tail.firstNeededSegment(retention);
    }

    /** Deletes all segments before one, or keeps their files to use them again, except those that are being read. What is left over is deleted later, or at the next open. */
    public int deleteSegmentsBefore(int number) {
        return readers.deleteSegmentsBefore(number);
    }

    private void rolled(int number) {
        Observers.tell(settings.observer(), o -> o.rolled(number));
        threads.forceFullSegments(this::forceFullSegments);
    }

    private void forceFullSegments() {
        long start = settings.nanoTime().getAsLong();
        try {
            if (tail.forceFullSegments()) {
                long nanos = settings.nanoTime().getAsLong() - start;
                Observers.tell(settings.observer(), o -> o.forced(nanos, 0, ForceReason.SEGMENT_FULL));
            }
        } catch (WalException e) {
            logger.debug("Forcing full segments ended with the log", e);
        }
    }

    /**
     * Refuses further appends, forces what was appended, covers it by a mark, and closes the files. Safe to call after a failure, when it only closes.
     */
    public void close() {
        watch.close();
        growth.end();
        tail.refuseAppends();
        try {
            committer.finish();
        } finally {
            end();
        }
    }

    private void end() {
        supply.close();
        threads.close();
        committer.end();
        try {
            tail.closeFiles();
        } catch (IOException e) {
            logger.warn("Closing the files of the log in {} failed", storage.directory(), e);
        }
    }
}
