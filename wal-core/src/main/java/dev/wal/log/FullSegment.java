package dev.wal.log;

import dev.wal.segment.Segment;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A full segment, forced once: by the thread that forces full segments in the background, or by a committer who cannot wait for it. The lock makes the
 * second one see the failure of the first: the operating system reports a failed force only once.
 */
final class FullSegment {
    private final Segment segment;
    private final LogFailure failure;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean forced;

    FullSegment(Segment segment, LogFailure failure) {
        this.segment = segment;
        this.failure = failure;
    }

    void force() throws IOException {
        lock.lock();
        try {
            if (!forced) {
                failure.throwIfSet();
                segment.force();
                forced = true;
                segment.close();
            }
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    void close() throws IOException {
        segment.close();
    }
}
