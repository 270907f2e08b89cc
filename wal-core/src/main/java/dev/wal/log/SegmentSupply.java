package dev.wal.log;

import dev.wal.common.EventKeys;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalSpaceException;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the next segment ready before it is needed. Safe for use by several threads. */
final class SegmentSupply {
    private static final Logger logger = LoggerFactory.getLogger(SegmentSupply.class);

    private final Storage storage;
    private final SegmentMaker maker;
    private final Executor background;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private @Nullable Segment spare;
    private @Nullable Throwable lastFailure;
    private boolean preparing;

    /** Whether there may be more room than when the preparation under way began. */
    private boolean again;

    /** Why a commit was refused; null once a segment could be made. */
    private @Nullable Throwable refusedFor;

    private @Nullable SegmentHeader current;
    private int lastTaken;
    private boolean closed;

    /** @param spare the segment behind the current one, if it exists already */
    SegmentSupply(Storage storage, SegmentMaker maker, Executor background, @Nullable Segment spare) {
        this.storage = storage;
        this.maker = maker;
        this.background = background;
        this.spare = spare;
    }

    int segmentSize() {
        return maker.segmentSize();
    }

    /** Begins to make the segment that follows the last one, unless there is one, or that is not the last any more. */
    void prepareAfter(SegmentHeader last) {
        lock.lock();
        try {
            if (last.number() < lastTaken) {
                return;
            }
            current = last;
            if (spare != null || preparing || closed) {
                return;
            }
            preparing = true;
            again = false;
            try {
                background.execute(() -> prepare(last));
            } catch (RuntimeException | Error e) {
                preparing = false;
                lastFailure = e;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tries once more if there is no next segment because it could not be made: something was deleted. */
    void retry() {
        lock.lock();
        try {
            if (preparing) {
                again = true;
            } else if (lastFailure != null && current != null) {
                lastFailure = null;
                prepareAfter(current);
            }
        } finally {
            lock.unlock();
        }
    }

    private void prepare(SegmentHeader last) {
        Segment made = null;
        Throwable failure = null;
        try {
            made = maker.makeAfter(last);
        } catch (Throwable e) {
            failure = e;
        }
        lock.lock();
        try {
            preparing = false;
            lastFailure = failure;
            if (made != null) {
                giveBack(made);
            } else if (again) {
                retry();
            } else if (refusedFor == null) {
                logger.atWarn()
                        .setCause(failure)
                        .addKeyValue(EventKeys.DIRECTORY, storage.directory())
                        .log(
                                "No further segment of {} bytes could be prepared in {}; commits are refused once the current one is full",
                                maker.segmentSize(),
                                storage.directory());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the segment that follows the current one, waiting while it is being made.
     *
     * @throws WalSpaceException if it could not be made; each call has it tried once more
     */
    Segment take(SegmentHeader last) {
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
                    prepareAfter(last);
                }
                if (failure != null) {
                    refusedFor = failure;
                    throw refused(failure);
                }
                if (preparing) {
                    changed.awaitUninterruptibly();
                }
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

    private WalSpaceException refused(Throwable failure) {
        if (failure instanceof WalSpaceException overLimit) {
            return new WalSpaceException(String.valueOf(overLimit.getMessage()), overLimit);
        }
        return new WalSpaceException(
                "No segment of " + segmentSize() + " bytes could be prepared in " + storage.directory() + ": " + failure
                        + ". Nothing of this call was written. Free space; the log accepts commits again by itself.",
                failure);
    }

    /** What is used of the disk, and whether there is enough of it. */
    DiskStatus diskStatus() {
        DiskUse.Bytes bytes = bytes();
        lock.lock();
        try {
            Throwable failure = lastFailure == null ? refusedFor : lastFailure;
            return new DiskStatus(bytes.all(), bytes.spare(), maker.diskUse().limit(), failure, refusedFor != null);
        } finally {
            lock.unlock();
        }
    }

    private DiskUse.Bytes bytes() {
        int number;
        lock.lock();
        try {
            number = current == null ? Integer.MAX_VALUE : current.number();
        } finally {
            lock.unlock();
        }
        try {
            return maker.diskUse().bytes(number);
        } catch (IOException e) {
            logger.debug("The files in {} could not be looked at", storage.directory(), e);
            return new DiskUse.Bytes(-1, 0);
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
                refusedFor = null;
                lastTaken = unused.header().number() - 1;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes no further segment, and refuses to give any away. */
    void close() {
        maker.close();
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
