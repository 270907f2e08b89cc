package dev.wal.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A frame that was read. One object serves for all frames of a scan: its content, and the buffer that {@link #payload()} looks into, change with the next
 * read. For one thread.
 */
public final class Frame {
    private byte type;
    private byte flags;
    private int payloadLength;
    private long position;
    private long mark;
    private int incarnation;
    private int segment;
    private long commitTimeMicros;
    private int entries;
    private int[] partitions = new int[4];
    private int[] counts = new int[4];
    private long[] firstLsns = new long[4];
    private ByteBuffer payload = ByteBuffer.allocate(0);

    /** Takes over a valid header at an index of a little-endian buffer. */
    void decode(ByteBuffer source, int index) {
        type = source.get(index + FrameFormat.TYPE_OFFSET);
        flags = source.get(index + FrameFormat.FLAGS_OFFSET);
        entries = Short.toUnsignedInt(source.getShort(index + FrameFormat.ENTRIES_OFFSET));
        payloadLength = source.getInt(index + FrameFormat.PAYLOAD_LENGTH_OFFSET);
        position = source.getLong(index + FrameFormat.POSITION_OFFSET);
        mark = source.getLong(index + FrameFormat.MARK_OFFSET);
        incarnation = source.getInt(index + FrameFormat.INCARNATION_OFFSET);
        segment = source.getInt(index + FrameFormat.SEGMENT_OFFSET);
        commitTimeMicros = source.getLong(index + FrameFormat.COMMIT_TIME_OFFSET);
        if (entries > partitions.length) {
            partitions = Arrays.copyOf(partitions, entries);
            counts = Arrays.copyOf(counts, entries);
            firstLsns = Arrays.copyOf(firstLsns, entries);
        }
        for (int i = 0; i < entries; i++) {
            int at = index + FrameFormat.HEADER_SIZE + i * FrameFormat.ENTRY_SIZE;
            partitions[i] = source.getInt(at);
            counts[i] = source.getInt(at + 4);
            firstLsns[i] = source.getLong(at + 8);
        }
    }

    void payload(ByteBuffer view) {
        payload = view;
    }

    public boolean isBatch() {
        return type == FrameFormat.BATCH;
    }

    public boolean isSeal() {
        return type == FrameFormat.SEAL;
    }

    /** Whether the batch holds back no segment. */
    public boolean holdsNothing() {
        return (flags & FrameFormat.HOLDS_NOTHING) != 0;
    }

    public long position() {
        return position;
    }

    /** Position behind the frame. */
    public long end() {
        return position + FrameFormat.size(entries, payloadLength);
    }

    public long mark() {
        return mark;
    }

    public int incarnation() {
        return incarnation;
    }

    public int segment() {
        return segment;
    }

    public long commitTimeMicros() {
        return commitTimeMicros;
    }

    /** Number of partitions in the batch. */
    public int entries() {
        return entries;
    }

    public int partition(int entry) {
        return partitions[entry];
    }

    public int count(int entry) {
        return counts[entry];
    }

    public long firstLsn(int entry) {
        return firstLsns[entry];
    }

    /** The payload, little-endian, from position 0 of the returned buffer to its limit; good until the next read. */
    public ByteBuffer payload() {
        return payload;
    }
}
