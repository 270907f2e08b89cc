package dev.wal.log;

import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A segment at the end of the log. It is forced by leaders, and once it is full by the thread in the background too, which may meet: the lock
 * makes the second one see the failure of the first, because the operating system reports a failed force only once, and never force a file that the first has closed.
 */
final class TailSegment {
    private final Segment segment;
    private final LogFailure failure;
    private final ReentrantLock lock = new ReentrantLock();

    /** Whether all of it was forced, and the file closed. Guarded by the lock. */
    private boolean finished;

    TailSegment(Segment segment, LogFailure failure) {
        this.segment = segment;
        this.failure = failure;
    }

    SegmentHeader header() {
        return segment.header();
    }

    /** Only the holder of the write lock writes, and never behind the seal. */
    void write(ByteBuffer bytes, long position) throws IOException {
        segment.write(bytes, position);
    }

    /** Forces what was written. */
    void force() throws IOException {
        force(false);
    }

    /** Forces a segment to which nothing will be written any more, and closes its file. */
    void finish() throws IOException {
        force(true);
    }

    private void force(boolean full) throws IOException {
        lock.lock();
        try {
            if (!finished) {
                failure.throwIfSet();
                segment.force();
                if (full) {
                    finished = true;
                    segment.close();
                }
            }
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    void close() throws IOException {
        lock.lock();
        try {
            segment.close();
        } finally {
            lock.unlock();
        }
    }
}
