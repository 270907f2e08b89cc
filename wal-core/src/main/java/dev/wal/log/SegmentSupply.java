package dev.wal.log;

import dev.wal.common.WalClosedException;
import dev.wal.common.WalSpaceException;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the next segment ready before it is needed. Safe for use by several threads. */
final class SegmentSupply {
    private static final Logger logger = LoggerFactory.getLogger(SegmentSupply.class);

    /** Files that are kept to be used again. */
    private static final int MAX_OBSOLETE = 4;

    private final Storage storage;
    private final int segmentSize;
    private final Executor background;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private @Nullable Segment spare;
    private @Nullable Throwable lastFailure;
    private final Deque<String> obsolete = new ArrayDeque<>();
    private boolean preparing;
    private int lastTaken;
    private boolean closed;

    /** @param spare the segment behind the current one, if it exists already */
    SegmentSupply(Storage storage, int segmentSize, Executor background, @Nullable Segment spare) {
        this.storage = storage;
        this.segmentSize = segmentSize;
        this.background = background;
        this.spare = spare;
    }

    int segmentSize() {
        return segmentSize;
    }

    /** Begins to make the segment that follows the last one, unless there is one, or that is not the last any more. */
    void prepareAfter(SegmentHeader current) {
        lock.lock();
        try {
            if (spare != null || preparing || closed || current.number() < lastTaken) {
                return;
            }
            preparing = true;
            try {
                background.execute(() -> prepare(current));
            } catch (RuntimeException | Error e) {
                preparing = false;
                lastFailure = e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void prepare(SegmentHeader current) {
        Segment made = null;
        Throwable failure = null;
        try {
            made = make(new SegmentHeader(current.number() + 1, current.logId(), current.endPosition(), segmentSize));
        } catch (Throwable e) {
            logger.warn(
                    "No further segment of {} bytes could be prepared in {}; commits are refused once the current one is full",
                    segmentSize,
                    storage.directory(),
                    e);
            failure = e;
        }
        lock.lock();
        try {
            preparing = false;
            lastFailure = failure;
            if (made != null) {
                giveBack(made);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Segment make(SegmentHeader header) throws IOException {
        String recyclable = pollObsolete();
        if (recyclable != null) {
            try {
                return Segment.recycle(storage, recyclable, header);
            } catch (IOException e) {
                logger.debug("Segment file {} cannot be used again; a new one is made", recyclable, e);
                storage.delete(recyclable);
            }
        }
        return Segment.create(storage, header);
    }

    private @Nullable String pollObsolete() {
        lock.lock();
        try {
            return obsolete.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the file of a segment that nobody needs any more, to use it again, or deletes it if there are enough of them. */
    void reuse(SegmentHeader header) throws IOException {
        // The next open deletes it, if it is not used by then.
        String aside = FileNames.temporary(header.fileName());
        lock.lock();
        try {
            if (!closed && header.size() == segmentSize && obsolete.size() < MAX_OBSOLETE) {
                storage.rename(header.fileName(), aside);
                obsolete.add(aside);
                return;
            }
        } finally {
            lock.unlock();
        }
        storage.delete(header.fileName());
    }

    /**
     * Takes the segment that follows the current one, waiting while it is being made.
     *
     * @throws WalSpaceException if it could not be made; each call has it tried once more
     */
    Segment take(SegmentHeader current) {
        lock.lock();
        try {
            while (spare == null) {
                if (closed) {
                    throw new WalClosedException(
                            "The log in " + storage.directory() + " is closed. Nothing of this call was written.");
                }
                Throwable failure = lastFailure;
                lastFailure = null;
                if (!preparing) {
                    prepareAfter(current);
                }
                if (failure != null) {
                    throw new WalSpaceException(
                            "No segment of " + segmentSize + " bytes could be prepared in " + storage.directory() + ": "
                                    + failure
                                    + ". Nothing of this call was written. Free space; the log accepts commits again by itself.",
                            failure);
                }
                changed.awaitUninterruptibly();
            }
            Segment taken = spare;
            spare = null;
            lastTaken = taken.header().number();
            prepareAfter(taken.header());
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a segment back that was not used after all. */
    void giveBack(Segment unused) {
        lock.lock();
        try {
            if (closed || spare != null) {
                close(unused);
            } else {
                spare = unused;
                lastTaken = unused.header().number() - 1;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes no further segment, and refuses to give any away. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (preparing) {
                changed.awaitUninterruptibly();
            }
            if (spare != null) {
                close(spare);
                spare = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void close(Segment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            logger.warn(
                    "Closing spare segment {} in {} failed", segment.header().number(), storage.directory(), e);
        }
    }
}
