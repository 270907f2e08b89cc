package dev.wal.segment;

import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Reads the frames of segments through a window of memory that is reused from segment to segment, and grows only to the size of a frame
 * whose header was verified. Bytes missing at the end of a file are read as zeros. For one thread.
 */
public final class FrameReader {
    /** Window of a reader that goes from frame to frame. */
    public static final int SEQUENTIAL_WINDOW = 4 << 20;

    /** Window of a reader that jumps about: what it reads beside the frame that it wants is lost work. */
    public static final int RANDOM_WINDOW = 64 << 10;

    /** What is at a place in a segment. */
    public enum Found {
        /** A valid frame. */
        FRAME,
        /** A header of zeros, or no room for a header. */
        ZEROS,
        /** Anything else. */
        BAD
    }

    private final int maxEntries;
    private final FrameFormat.HeaderChecksum headerChecksum;
    private final CRC32C payloadChecksum = new CRC32C();
    private ByteBuffer window;
    private SegmentHeader header;
    private StorageFile file;
    private long windowStart;
    private int windowLength;
    private long end = Long.MAX_VALUE;

    /** As the other one, for going from frame to frame. */
    public FrameReader(SegmentHeader header, StorageFile file, int maxEntries) {
        this(header, file, maxEntries, SEQUENTIAL_WINDOW);
    }

    /**
     * @param file the file of the segment, which stays the caller's to close
     * @param maxEntries number of partitions of the log
     * @param windowSize bytes that are read at once, where a frame does not need more
     */
    public FrameReader(SegmentHeader header, StorageFile file, int maxEntries, int windowSize) {
        this.maxEntries = maxEntries;
        this.headerChecksum = new FrameFormat.HeaderChecksum(header.logId());
        this.window = allocate(Math.min(windowSize, header.size()));
        this.header = header;
        this.file = file;
    }

    /** Goes on with another segment of the same log. */
    public void use(SegmentHeader otherHeader, StorageFile otherFile) {
        this.header = otherHeader;
        this.file = otherFile;
        this.windowLength = 0;
    }

    /**
     * Says up to which position of the log frames have been written: what lies behind is not kept in the window, because it may still change.
     */
    public void readUpTo(long position) {
        this.end = position;
    }

    /** Reads what is at a position of the segment, and fills in the frame if it is one. */
    public Found read(long position, Frame frame) throws IOException {
        long offset = position - header.basePosition();
        if (offset + FrameFormat.HEADER_SIZE > header.size()) {
            return Found.ZEROS;
        }
        int index = ensure(offset, FrameFormat.HEADER_SIZE);
        if (isZero(index, FrameFormat.HEADER_SIZE)) {
            return Found.ZEROS;
        }
        int entries = Short.toUnsignedInt(window.getShort(index + FrameFormat.ENTRIES_OFFSET));
        int headerSize = FrameFormat.HEADER_SIZE + entries * FrameFormat.ENTRY_SIZE;
        if (window.getLong(index + FrameFormat.POSITION_OFFSET) != position
                || window.getInt(index + FrameFormat.SEGMENT_OFFSET) != header.number()
                || entries > maxEntries
                || offset + headerSize > header.size()) {
            return Found.BAD;
        }
        index = ensure(offset, headerSize);
        if (window.getInt(index + FrameFormat.CHECKSUM_OFFSET) != headerChecksum.of(window, index, entries)) {
            return Found.BAD;
        }
        int payloadLength = window.getInt(index + FrameFormat.PAYLOAD_LENGTH_OFFSET);
        long size = FrameFormat.size(entries, payloadLength);
        if (payloadLength < 0 || offset + size > header.size() || !isKnown(index, entries, payloadLength)) {
            return Found.BAD;
        }
        index = ensure(offset, (int) size);
        ByteBuffer payload = window.slice(index + headerSize, payloadLength).order(ByteOrder.LITTLE_ENDIAN);
        payloadChecksum.reset();
        payloadChecksum.update(payload);
        payload.rewind();
        if (payloadLength > 0
                && window.getInt(index + FrameFormat.PAYLOAD_CHECKSUM_OFFSET) != (int) payloadChecksum.getValue()) {
            return Found.BAD;
        }
        int padding = headerSize + payloadLength;
        if (!isZero(index + padding, (int) size - padding)) {
            return Found.BAD;
        }
        frame.decode(window, index);
        frame.payload(payload);
        return Found.FRAME;
    }

    /**
     * Looks for the next valid frame at or behind a position of the segment.
     *
     * @return whether one was found and filled in
     */
    public boolean find(long position, Frame frame) throws IOException {
        long last = header.endPosition() - FrameFormat.HEADER_SIZE;
        long at = position;
        while (at <= last) {
            int index = ensure(at - header.basePosition(), FrameFormat.HEADER_SIZE);
            // Looks at all that is in the window at once: most of it is zeros, and there may be much of it.
            int lastIndex = (int) Math.min(windowLength - FrameFormat.HEADER_SIZE, index + (last - at));
            int found = findOwnPosition(index, lastIndex, at);
            at += found - index;
            if (found <= lastIndex) {
                if (read(at, frame) == Found.FRAME) {
                    return true;
                }
                at += FrameFormat.ALIGNMENT;
            }
        }
        return false;
    }

    /** Index of the first header in the window that holds its own position, or one behind the last index. Nothing else needs a closer look. */
    private int findOwnPosition(int from, int lastIndex, long position) {
        ByteBuffer local = window;
        long own = position;
        int index = from;
        while (index <= lastIndex && local.getLong(index + FrameFormat.POSITION_OFFSET) != own) {
            index += FrameFormat.ALIGNMENT;
            own += FrameFormat.ALIGNMENT;
        }
        return index;
    }

    private boolean isKnown(int index, int entries, int payloadLength) {
        byte type = window.get(index + FrameFormat.TYPE_OFFSET);
        int flags = window.get(index + FrameFormat.FLAGS_OFFSET);
        return switch (type) {
            case FrameFormat.BATCH -> entries > 0 && payloadLength > 0 && (flags & ~FrameFormat.HOLDS_NOTHING) == 0;
            case FrameFormat.MARK, FrameFormat.SEAL -> entries == 0 && payloadLength == 0 && flags == 0;
            default -> false;
        };
    }

    private boolean isZero(int index, int length) {
        for (int i = index; i < index + length; i++) {
            if (window.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Has bytes of the file in the window, and returns the index of the first. */
    private int ensure(long offset, int length) throws IOException {
        if (windowLength == 0 || offset < windowStart || offset + length > windowStart + windowLength) {
            if (length > window.capacity()) {
                window = allocate(length);
            }
            windowStart = offset;
            long unchanging = Math.max(length, end - header.basePosition() - offset);
            windowLength = (int) Math.min(Math.min(window.capacity(), header.size() - offset), unchanging);
            window.clear().limit(windowLength);
            int read = file.read(window, offset);
            while (read < windowLength) {
                window.put(read++, (byte) 0);
            }
            window.clear();
        }
        return (int) (offset - windowStart);
    }

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
