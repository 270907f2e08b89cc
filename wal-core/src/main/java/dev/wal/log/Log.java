package dev.wal.log;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WalStorageException;
import dev.wal.segment.FrameReader;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log that is open for writing: appends batches in one order and makes them durable. Safe for use by several threads.
 */
public final class Log {
    private static final Logger logger = LoggerFactory.getLogger(Log.class);
    private static final int MAX_ASYNC_COMMITS = 16 * 1024;

    private final Storage storage;
    private final LogIdentity identity;
    private final LogSettings settings;
    private final LogFailure failure;
    private final ExecutorService background;
    private final BlockingQueue<Runnable> asyncCompletions = new LinkedBlockingQueue<>();
    private final Semaphore asyncWindow = new Semaphore(MAX_ASYNC_COMMITS);
    private final CommitQueue queue;

    /** Of those who wait for a force, but committed nothing: commits that need no force must not queue up behind them. */
    private final CommitQueue tokens;

    private final SegmentSupply supply;
    private final Tail tail;
    private final GroupForce groupForce;
    private final Flusher flusher;
    private final Thread completer;
    private volatile boolean completionsEnded;
    private final Collection<Long> readerPositions = new ConcurrentLinkedQueue<>();

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
        String directory = storage.directory().getFileName() == null
                ? ""
                : storage.directory().getFileName().toString();
        this.failure = new LogFailure(storage.directory());
        // Discards what comes after its end: closing has forced everything by then.
        this.background = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, "wal-segments-" + directory),
                new ThreadPoolExecutor.DiscardPolicy());
        this.queue = new CommitQueue(failure, asyncCompletions);
        this.tokens = new CommitQueue(failure, asyncCompletions);
        this.supply = new SegmentSupply(storage, settings.segmentSize(), background, spare);
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
                this::rolled);
        this.groupForce = new GroupForce(
                tail, this::complete, failure, settings.observer(), settings.nanoTime(), this::wakeFlusher);
        this.flusher = new Flusher(
                tail, groupForce, failure, settings.durability(), settings.nanoTime(), this::force, this::failed);
        this.completer = daemon(this::completeAsync, "wal-completions-" + directory);
        failure.onFirst(flusher::wake);
        flusher.start("wal-flusher-" + directory);
        completer.start();
        supply.prepareAfter(segment.header());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
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

    /** Bytes of payload and partition entries that the largest batch may have. */
    public long maxFrameSize() {
        return Tail.maxFrameSize(settings.segmentSize());
    }

    /**
     * Appends a batch without waiting for anything: it is written and forced together with a later commit.
     */
    public void append(Batch batch) {
        refuseInHandler();
        tail.append(batch, false);
        appended(batch);
    }

    /** Appends a batch if that needs no waiting at all. */
    public void tryAppend(Batch batch) {
        refuseInHandler();
        if (tail.tryAppend(batch)) {
            appended(batch);
        }
    }

    private void appended(Batch batch) {
        flusher.appended();
        Observers.tell(settings.observer(), o -> o.appended(batch.records(), batch.end() - batch.position()));
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
        refuseInHandler();
        batch.mustBeForced = durabilityOf(batch).forcesBeforeCommitReturns();
        try {
            tail.append(batch, batch.mustBeForced || batch.handler != null);
        } catch (WalFailedException e) {
            throw batch.position() < 0 ? e : failure.unknown(batch);
        }
        appended(batch);
    }

    /** The second half of {@link #commit(Batch)}. */
    public void awaitCommit(Batch batch) {
        if (!batch.mustBeForced) {
            try {
                tail.writeTo(batch.end());
                forceIfIntervalPassed(batch);
            } catch (WalException e) {
                throw failure.unknown(batch);
            }
            if (batch.handler == null) {
                return;
            }
            queue.complete(tail.written(), tail.durable());
        }
        groupForce.await(batch, durabilityOf(batch));
    }

    private Durability durabilityOf(Batch batch) {
        Durability own = batch.durability;
        return own == null ? settings.durability() : own;
    }

    /**
     * Appends a batch, and tells its outcome later, in log order, by a thread of the log. Blocks while too many outcomes are awaited.
     *
     * @throws WalException if nothing was written
     */
    public void commitAsync(Batch batch, Batch.AsyncCommit outcome) {
        refuseInHandler();
        // Whoever is told of an outcome may commit again: waiting there would wait for itself.
        boolean counted = Thread.currentThread() != completer;
        if (counted) {
            asyncWindow.acquireUninterruptibly();
        }
        batch.mustBeForced = durabilityOf(batch).forcesBeforeCommitReturns();
        batch.asyncCommit = new Batch.AsyncCommit() {
            @Override
            public void succeeded() {
                release();
                outcome.succeeded();
            }

            @Override
            public void failed(RuntimeException cause) {
                release();
                outcome.failed(cause);
            }

            private void release() {
                if (counted) {
                    asyncWindow.release();
                }
            }
        };
        try {
            tail.append(batch, true);
            appended(batch);
        } catch (RuntimeException | Error e) {
            if (batch.position() < 0) {
                if (counted) {
                    asyncWindow.release();
                }
                throw e;
            }
        }
        if (failure.isSet()) {
            failAll();
        } else if (batch.mustBeForced) {
            flusher.wake();
        } else {
            completeUnforced(batch);
        }
    }

    private void completeUnforced(Batch batch) {
        try {
            tail.writeTo(batch.end());
            forceIfIntervalPassed(batch);
            queue.complete(tail.written(), tail.durable());
        } catch (WalException e) {
            // The outcome of the batch is told to its own callback: the log has failed.
            failAll();
        }
    }

    /** A periodic log acknowledges nothing while the oldest commit that is not forced is older than the interval. */
    private void forceIfIntervalPassed(Batch batch) {
        if (durabilityOf(batch) instanceof Durability.Periodic periodic
                && tail.oldestUnforcedAgeNanos() > periodic.interval().toNanos()) {
            force(ForceReason.INTERVAL);
        }
    }

    /** Returns once all that was appended before the call is forced. */
    public void sync() {
        force(ForceReason.REQUEST);
    }

    private void force(ForceReason reason) {
        failure.throwIfSet();
        Batch token = new Batch(0, null);
        token.forceReason = reason;
        token.mustBeForced = true;
        if (tail.appendToken(token)) {
            try {
                groupForce.await(token, Durability.synchronous());
            } catch (CommitUnknownException e) {
                throw failure.notForced();
            }
        }
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

    /** The log at this moment. */
    public LogStatus status() {
        return tail.status();
    }

    /** What the log failed with, or null. */
    public @Nullable Throwable failure() {
        return failure.cause();
    }

    /** Throws if the log has failed. */
    public void throwIfFailed() {
        failure.throwIfSet();
    }

    /** Reads frame by frame from a position to where the log is now, which need not be forced. */
    public LogReader read(long from) {
        return read(from, FrameReader.SEQUENTIAL_WINDOW);
    }

    /** As {@link #read}, for jumping from frame to frame. */
    public LogReader readAtRandom(long from) {
        return read(from, FrameReader.RANDOM_WINDOW);
    }

    private LogReader read(long from, int windowSize) {
        flush();
        readerPositions.add(from);
        try {
            // In this order: the segments known then hold all that was written before.
            long end = tail.written();
            LogStatus status = tail.status();
            return new LogReader(
                    storage,
                    identity.partitions(),
                    windowSize,
                    status.segments(),
                    Math.max(from, status.segments().get(0).firstFramePosition()),
                    end,
                    () -> readerPositions.remove(from));
        } catch (Throwable e) {
            readerPositions.remove(from);
            throw e;
        }
    }

    /** Where a record is to be looked for. */
    public LsnPlace find(int partition, long lsn) {
        return tail.find(partition, lsn);
    }

    /** Number of the first segment that is needed by a partition. */
    public int firstNeededSegment(Retention retention) {
        return tail.firstNeededSegment(retention);
    }

    private long lowestReaderPosition() {
        return readerPositions.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    /** Deletes all segments before one, or keeps their files to use them again, except those that are being read. What is left over is deleted later, or at the next open. */
    public int deleteSegmentsBefore(int number) {
        List<SegmentHeader> forgotten = tail.forgetSegmentsBefore(number, this::lowestReaderPosition);
        try {
            for (SegmentHeader header : forgotten) {
                supply.reuse(header);
            }
            if (!forgotten.isEmpty()) {
                storage.forceDirectory();
            }
        } catch (IOException e) {
            throw new WalStorageException(
                    "Obsolete segments before " + number + " in " + storage.directory()
                            + " could not be deleted; the next open deletes them",
                    e);
        }
        return forgotten.size();
    }

    private void complete() {
        long written = tail.written();
        long durable = tail.durable();
        queue.complete(written, durable);
        tokens.complete(written, durable);
    }

    private void failAll() {
        queue.failAll();
        tokens.failAll();
    }

    private void refuseInHandler() {
        if (queue.isCompleting()) {
            throw new IllegalStateException(
                    "A state must not write to the log while a committed change is applied to it:"
                            + " nothing was written. Write from the code that commits instead, or from a listener.");
        }
    }

    private void rolled(int number) {
        Observers.tell(settings.observer(), o -> o.rolled(number));
        background.execute(this::forceFullSegments);
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

    private void wakeFlusher() {
        flusher.wake();
    }

    /** By a thread that holds no lock. */
    private void failed() {
        failAll();
        Throwable cause = failure.cause();
        if (cause != null) {
            logger.error(
                    "The log in {} has ended after a failure and accepts nothing more; restart to recover",
                    storage.directory(),
                    cause);
            Observers.tell(settings.observer(), o -> o.failed(cause));
        }
    }

    private void completeAsync() {
        while (!completionsEnded) {
            try {
                asyncCompletions.take().run();
            } catch (InterruptedException e) {
                // Nobody but the owner of the log ends this thread, by a completion of its own.
                logger.debug("Interrupt ignored", e);
            } catch (RuntimeException | Error e) {
                logger.warn("A dependent of an asynchronous commit threw; later ones are told all the same", e);
            }
        }
    }

    private void endCompletions() {
        completionsEnded = true;
    }

    /**
     * Refuses further appends, forces what was appended, covers it by a mark, and closes the files. Safe to call after a failure, when it only closes.
     */
    public void close() {
        tail.refuseAppends();
        flusher.stop();
        try {
            if (!failure.isSet()) {
                sync();
                tail.appendMark();
                sync();
            }
        } catch (WalException e) {
            logger.warn("The log in {} could not be forced when it was closed", storage.directory(), e);
        } finally {
            if (failure.isSet()) {
                failAll();
            }
            closeFiles();
        }
    }

    private void closeFiles() {
        supply.close();
        background.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = background.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            groupForce.awaitNoLeader();
            // The last leader may not have come to it yet.
            complete();
            asyncCompletions.add(this::endCompletions);
            tail.closeFiles();
        } catch (IOException e) {
            logger.warn("Closing the files of the log in {} failed", storage.directory(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
