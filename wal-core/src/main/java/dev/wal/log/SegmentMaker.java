package dev.wal.log;

import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes segments, of files of obsolete ones where there are some, as far as the disk may be used. Safe for use by several threads. */
final class SegmentMaker {
    private static final Logger logger = LoggerFactory.getLogger(SegmentMaker.class);

    /** Files that are kept to be used again. */
    private static final int MAX_OBSOLETE = 4;

    private final Storage storage;
    private final int segmentSize;
    private final DiskUse diskUse;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<String> obsolete = new ArrayDeque<>();
    private boolean closed;

    SegmentMaker(Storage storage, int segmentSize, DiskUse diskUse) {
        this.storage = storage;
        this.segmentSize = segmentSize;
        this.diskUse = diskUse;
    }

    int segmentSize() {
        return segmentSize;
    }

    DiskUse diskUse() {
        return diskUse;
    }

    /**
     * Makes the segment that follows another.
     *
     * @throws dev.wal.common.WalSpaceException if that would take more of the disk than it may
     */
    Segment makeAfter(SegmentHeader last) throws IOException {
        SegmentHeader header = new SegmentHeader(last.number() + 1, last.logId(), last.endPosition(), segmentSize);
        String recyclable = takeObsolete();
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

    /**
     * Takes a file that is kept to be used again, if there is one. Where there is a limit the others are the first to go.
     *
     * @throws dev.wal.common.WalSpaceException if there is no room for another segment; nothing was taken then
     */
    private @Nullable String takeObsolete() throws IOException {
        // Under the lock: a file that is renamed meanwhile could be missed.
        lock.lock();
        try {
            String recyclable = obsolete.peek();
            long moreBytes = recyclable == null ? segmentSize : 0;
            while (!diskUse.hasRoomFor(moreBytes)) {
                if (obsolete.size() <= 1) {
                    throw diskUse.exceeded(segmentSize);
                }
                storage.delete(obsolete.removeLast());
            }
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

    /** Keeps no further file. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
