package dev.wal.log;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.segment.Frame;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of an open log, from a position to where it ended when the reader was made. Runs beside writers without their locks. The segments that it reads stay until it is
 * closed. For one thread.
 */
public final class LogReader implements Closeable {
    private final Storage storage;
    private final int partitions;
    private final int windowSize;
    private final Runnable onClose;
    private List<SegmentHeader> segments;
    private long end;
    private final Frame frame = new Frame();
    private @Nullable FrameReader reader;
    private @Nullable StorageFile file;
    private int index = -1;
    private long position;

    LogReader(
            Storage storage,
            int partitions,
            int windowSize,
            List<SegmentHeader> segments,
            long from,
            long end,
            Runnable onClose) {
        this.storage = storage;
        this.partitions = partitions;
        this.windowSize = windowSize;
        this.segments = segments;
        this.end = end;
        this.onClose = onClose;
        this.position = from;
    }

    /** Reads a log that need not be open, in segments that may have gaps between them. */
    public static LogReader outside(Storage storage, int partitions, List<SegmentHeader> segments) {
        return new LogReader(
                storage, partitions, FrameReader.RANDOM_WINDOW, List.copyOf(segments), 0, Long.MAX_VALUE, () -> {});
    }

    /** Position of the first frame that is left. */
    public long firstPosition() {
        return segments.get(0).firstFramePosition();
    }

    /** Position of the first byte that is left. */
    public long beginning() {
        return segments.get(0).basePosition();
    }

    /** Position behind the last frame that is read. */
    public long end() {
        return end;
    }

    /** Goes to the first frame of the segment that holds a position: where frames begin within it is not known. */
    public void seekSegmentOf(long other) {
        position = segments.get(0).firstFramePosition();
        for (SegmentHeader segment : segments) {
            if (segment.basePosition() <= other) {
                position = segment.firstFramePosition();
            }
        }
    }

    /** Position of the next frame, or where the next segment begins. */
    public long position() {
        return position;
    }

    List<SegmentHeader> segments() {
        return segments;
    }

    /** Whether a position is in one of the known segments, or before them. */
    boolean holds(long other) {
        return other <= segments.get(segments.size() - 1).endPosition();
    }

    /** Goes on to a later end, with the segments that are left by now. */
    void extend(List<SegmentHeader> laterSegments, long laterEnd) {
        if (index >= 0) {
            // A file that is open stays in use, if it is still a part of the log.
            index = laterSegments.indexOf(segments.get(index));
        }
        segments = laterSegments;
        end = laterEnd;
        if (reader != null) {
            reader.readUpTo(end);
        }
    }

    /** Goes to another position: that of a frame, or one before the first that there is. */
    public void seek(long other) {
        position = Math.max(other, segments.get(0).firstFramePosition());
    }

    /**
     * The next frame, marks and seals included, or null at the end. The same object each time.
     *
     * @throws WalCorruptedException if the frame cannot be read
     */
    public @Nullable Frame next() {
        try {
            while (position < end) {
                FrameReader current = readerAt(position);
                if (position >= end) {
                    return null;
                }
                if (current.read(position, frame) != FrameReader.Found.FRAME) {
                    throw new WalCorruptedException("The log cannot be read at position " + position + " (file "
                            + storage.directory().resolve(segments.get(index).fileName())
                            + ", offset " + (position - segments.get(index).basePosition())
                            + "), though it was written there: the file was changed, or the disk is failing.");
                }
                position = frame.isSeal() ? segments.get(index).endPosition() : frame.end();
                return frame;
            }
            return null;
        } catch (IOException e) {
            throw new WalStorageException(
                    "The log in " + storage.directory() + " cannot be read at position " + position, e);
        }
    }

    private FrameReader readerAt(long at) throws IOException {
        FrameReader current = reader;
        if (current != null && index >= 0 && isIn(index, at)) {
            return skipHeader(current);
        }
        int found = 0;
        while (found < segments.size() && !isIn(found, at)) {
            found++;
        }
        if (found == segments.size()) {
            throw new WalCorruptedException(
                    "No segment of the log in " + storage.directory() + " holds position " + at);
        }
        index = found;
        SegmentHeader header = segments.get(found);
        closeFile();
        StorageFile opened = storage.open(header.fileName());
        file = opened;
        if (current == null) {
            current = new FrameReader(header, opened, partitions, windowSize);
            current.readUpTo(end);
            reader = current;
        } else {
            current.use(header, opened);
        }
        return skipHeader(current);
    }

    private FrameReader skipHeader(FrameReader current) {
        position = Math.max(position, segments.get(index).firstFramePosition());
        return current;
    }

    private boolean isIn(int segment, long at) {
        SegmentHeader header = segments.get(segment);
        return at >= header.basePosition() && at < header.endPosition();
    }

    private void closeFile() throws IOException {
        StorageFile open = file;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        try {
            closeFile();
        } catch (IOException e) {
            throw new WalStorageException("Closing a segment of the log in " + storage.directory() + " failed", e);
        } finally {
            onClose.run();
        }
    }
}
