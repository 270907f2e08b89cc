package dev.wal;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.common.WalStorageException;
import dev.wal.log.LogFollower;
import dev.wal.log.LogReader;
import dev.wal.recovery.Replay;
import dev.wal.recovery.ReplayHandler;
import dev.wal.segment.Frame;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the committed changes of a log, live, in commit order. Only what is durable is handed over: at levels that acknowledge before they force it comes later than the acknowledgement.
 *
 * <p>The caller asks for the next transaction when it is ready for it, so a slow one slows nobody else down. What it has done is remembered by {@link #acknowledge()}: a tailer of the same
 * consumer goes on behind that after a restart. What was handed over and not acknowledged is handed over again.
 *
 * <p>Holds one frame in memory, and of undecided transactions only where they are. For one thread at a time; {@link #wakeUp} and {@link #position} may be called by any.
 */
public final class WalTailer implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final LogFollower follower;
    private final Consumers consumers;
    private final long[] fromPositions;
    private final @Nullable String id;
    private final Runnable sync;
    private @Nullable Replay replay;
    private @Nullable ReplayHandler handler;
    private long handedOver;

    /** Commits before it were handed over. */
    private volatile long position;

    /** No record of a transaction that was undecided at that position lies before. */
    private long redoPosition;

    /** Whether a frame, or a segment, is known to begin at the redo position. */
    private boolean redoIsFrame;

    private long acknowledged;
    private boolean closed;

    /**
     * @param fromPositions per partition, the position of the first commit that is handed over, if it is higher than that of the consumer
     * @param id of the consumer, or null for one that has none
     * @param sync forces the log
     */
    WalTailer(
            LogFollower follower,
            Consumers consumers,
            long[] fromPositions,
            @Nullable String id,
            ConsumerPosition from,
            Runnable sync) {
        this.follower = follower;
        this.consumers = consumers;
        this.fromPositions = fromPositions;
        this.id = id;
        this.sync = sync;
        this.position = from.position();
        this.redoPosition = from.redoPosition();
        this.acknowledged = from.position();
    }

    /**
     * Hands over the changes of the next batch that commits something: of one transaction, or of those that were committed together by {@link WalManager#batchAppend}. Waits for it if there is none yet. An interrupt ends the wait, stays set, and does no harm to the log; {@link #wakeUp} ends the wait, too.
     *
     * <p>If the handler throws, or this method does, a part may have been handed over; the next call begins with the same batch again.
     *
     * @param wait how long to wait; zero does not wait
     * @return false if there was nothing
     * @throws WalOvertakenException if what comes next was dropped from the log, because the consumer was too slow or has no id; it names the first position that is left
     * @throws WalClosedException if the log was closed
     * @throws dev.wal.common.WalFailedException if the log has failed
     * @throws WalCorruptedException if the log cannot be read
     */
    public boolean poll(Duration wait, ReplayHandler changes) {
        checkOpen();
        if (wait.isNegative()) {
            throw new IllegalArgumentException("wait must not be negative, but is " + wait);
        }
        follower.throwIfEnded();
        handler = changes;
        boolean done = false;
        try {
            boolean found = poll(wait.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : wait.toNanos());
            done = true;
            return found;
        } catch (WalCorruptedException | WalStorageException e) {
            if (follower.isDropped(redoPosition)) {
                throw overtaken(follower.beginning());
            }
            throw e;
        } finally {
            handler = null;
            if (!done) {
                // The next call reads from the position that all is known of.
                replay = null;
            }
        }
    }

    private boolean poll(long waitNanos) {
        long start = System.nanoTime();
        Replay current = replay == null ? begin() : replay;
        boolean forced = waitNanos == 0;
        while (true) {
            if (handOverNext(current)) {
                return true;
            }
            if (!follower.await(waitNanos - (System.nanoTime() - start))) {
                if (follower.wasWoken()
                        || forced
                        || Thread.currentThread().isInterrupted()
                        || follower.reader().end() == follower.appended()) {
                    return false;
                }
                // Nobody forces what was written, as it may be at lax levels: do it, at most once in the time of a
                // wait.
                forced = true;
                sync.run();
            }
        }
    }

    private Replay begin() {
        if (follower.isDropped(redoPosition)) {
            throw overtaken(follower.beginning());
        }
        LogReader reader = follower.reader();
        follower.await(0);
        if (redoIsFrame) {
            reader.seek(redoPosition);
        } else {
            reader.seekSegmentOf(redoPosition);
        }
        long[] from = Arrays.stream(fromPositions)
                .map(first -> Math.max(first, position))
                .toArray();
        Replay begun = new Replay(follower.again(), from, change -> {
            handedOver++;
            if (handler != null) {
                handler.change(change);
            }
        });
        replay = begun;
        return begun;
    }

    /** Reads up to a frame that commits something; false at the end. */
    private boolean handOverNext(Replay current) {
        LogReader reader = follower.reader();
        long before = handedOver;
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            if (frame.position() < redoPosition && !redoIsFrame) {
                continue;
            }
            current.next(frame);
            if (current.hasMissedABegin()) {
                throw overtaken(frame.end());
            }
            if (frame.position() >= position) {
                position = reader.position();
                redoPosition = Math.min(position, current.oldestOpen());
                redoIsFrame = true;
            }
            if (handedOver > before) {
                return true;
            }
        }
        return false;
    }

    private WalOvertakenException overtaken(long first) {
        return new WalOvertakenException(
                (id == null ? "A tailer" : "Consumer " + id) + " was overtaken: it has come to position " + position
                        + " and needs the log from position " + redoPosition + " on, but what is before " + first
                        + " was dropped. Take the data from where the checkpoint put them, remove the consumer, and begin anew at position "
                        + first + " or later.",
                first,
                -1);
    }

    /** Has a poll that waits return, or the next one not wait. */
    public void wakeUp() {
        follower.wakeUp();
    }

    /** All commits before this position were handed over. */
    public long position() {
        return position;
    }

    /**
     * Remembers, durably, that everything that was handed over so far is done. Does nothing for a tailer without a consumer's id.
     *
     * @throws WalStorageException if that could not be written: what was acknowledged before holds
     * @throws WalClosedException if the log was closed
     */
    public void acknowledge() {
        checkOpen();
        if (id != null && position != acknowledged) {
            consumers.acknowledge(new ConsumerPosition(id, position, redoPosition));
            acknowledged = position;
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The tailer is closed");
        }
    }

    /** Ends following. The consumer stays known, and the log is kept for it. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                follower.close();
            } finally {
                if (id != null) {
                    consumers.release(id);
                }
            }
        }
    }
}
