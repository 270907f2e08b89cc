package dev.wal.log;

import dev.wal.segment.FrameFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames that have their place and wait to be written: one buffer is filled, while the other, the idle one, may be written. Both have room for the zeros
 * behind the last frame. What is filled belongs to the holder of the append lock, the idle buffer to that of the write lock, and swapping needs both.
 */
final class Staging {
    private static final int MAX_SIZE = 1 << 20;

    private static final ByteBuffer TERMINATOR = ByteBuffer.allocateDirect(FrameFormat.HEADER_SIZE);

    private final int size;
    private ByteBuffer filling;
    private ByteBuffer idle;
    private long start;

    /**
     * @param start position of the first frame that will be staged
     * @param segmentSize a buffer need not be larger than a segment
     */
    Staging(long start, int segmentSize) {
        this.start = start;
        this.size = Math.min(MAX_SIZE, segmentSize);
        this.filling = buffer();
        this.idle = buffer();
    }

    /** Bytes of frames that a buffer takes. */
    int size() {
        return size;
    }

    boolean fits(long frameSize) {
        return filling.position() + frameSize <= size;
    }

    ByteBuffer filling() {
        return filling;
    }

    ByteBuffer idle() {
        return idle;
    }

    /** Position of the first staged frame. */
    long start() {
        return start;
    }

    /** Goes on behind frames that were written, in the same buffer. */
    void continueAt(long position) {
        filling.clear();
        start = position;
    }

    /** Goes on in the other buffer, and returns the full one, which is the idle one from now on. */
    ByteBuffer swap(long position) {
        ByteBuffer full = filling;
        filling = idle;
        idle = full;
        start = position;
        return full;
    }

    /** Zeros behind the last frame, as far as the segment goes. */
    static void putTerminator(ByteBuffer target, long end, long segmentEnd) {
        int length = (int) Math.min(FrameFormat.HEADER_SIZE, segmentEnd - end);
        target.put(TERMINATOR.duplicate().limit(length));
    }

    private ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(size + FrameFormat.HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }
}
