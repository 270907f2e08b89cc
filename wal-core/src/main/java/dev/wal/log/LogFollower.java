package dev.wal.log;

import dev.wal.common.WalClosedException;
import dev.wal.segment.SegmentHeader;
import java.io.Closeable;
import java.util.List;

/**
 * Reads what is durable of an open log, as it goes on. Holds no segment back: once one that it reads was dropped, its readers fail, because a frame that is not what was written there is
 * never taken for one; {@link #isDropped} then tells that from damage. For one thread, but for {@link #wakeUp}.
 */
public final class LogFollower implements Closeable {
    private final Tail tail;
    private final DurableWatch watch;
    private final LogFailure failure;
    private final LogReader reader;
    private final LogReader again;
    private volatile boolean woken;

    /**
     * @param reader for going forward, up to its end at first
     * @param again for frames that were read before
     */
    LogFollower(Tail tail, DurableWatch watch, LogFailure failure, LogReader reader, LogReader again) {
        this.tail = tail;
        this.watch = watch;
        this.failure = failure;
        this.reader = reader;
        this.again = again;
    }

    /** Goes forward. */
    public LogReader reader() {
        return reader;
    }

    /** Jumps to frames that were read before. */
    public LogReader again() {
        return again;
    }

    /** Whether a position was dropped from the log. */
    public boolean isDropped(long position) {
        return position < tail.firstPosition();
    }

    /** Position of the first byte that is left. */
    public long beginning() {
        return tail.firstPosition();
    }

    /** Position behind what was written, of which a part may not be durable. */
    public long appended() {
        return tail.appended();
    }

    /**
     * Lets the readers go on to where the log is durable, waiting until there is more than before.
     *
     * @return false if the time is over, it was woken, or the thread was interrupted, which it then still is
     * @throws WalClosedException if the log was closed
     * @throws dev.wal.common.WalFailedException if it has failed
     */
    public boolean await(long nanos) {
        boolean more = watch.await(reader.end(), nanos, () -> woken);
        throwIfEnded();
        if (more) {
            goOnTo(tail.durable());
        }
        return more;
    }

    /** Ends a wait, or the next one if there is none now. Called by any thread. */
    public void wakeUp() {
        woken = true;
        watch.signal();
    }

    /** Whether it was woken since this was asked last. */
    public boolean wasWoken() {
        if (!woken) {
            return false;
        }
        woken = false;
        return true;
    }

    /**
     * Refuses to go on.
     *
     * @throws WalClosedException if the log was closed
     * @throws dev.wal.common.WalFailedException if it has failed
     */
    public void throwIfEnded() {
        if (watch.isClosed()) {
            throw new WalClosedException("The log in " + failure.directory()
                    + " was closed. What was not handed over is handed over when it has been opened again.");
        }
        failure.throwIfSet();
    }

    private void goOnTo(long durable) {
        List<SegmentHeader> segments = reader.holds(durable) ? reader.segments() : tail.segmentHeaders();
        reader.extend(segments, durable);
        again.extend(segments, durable);
    }

    /** Closes its files. */
    @Override
    public void close() {
        try {
            reader.close();
        } finally {
            again.close();
        }
    }
}
