package dev.wal.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Bytes of a frame; see docs/format.md, "Frame". Buffers must be little-endian. */
public final class FrameFormat {
    public static final byte BATCH = 1;
    public static final byte MARK = 2;
    public static final byte SEAL = 3;

    /** Flag of a batch that holds back no segment. */
    public static final byte HOLDS_NOTHING = 1;

    /** Bytes of a header without entries; also of a whole mark or seal, and of the zeros behind the last frame. */
    public static final int HEADER_SIZE = 48;

    public static final int ENTRY_SIZE = 16;
    public static final int ALIGNMENT = 8;

    static final int CHECKSUM_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final int FLAGS_OFFSET = 5;
    static final int ENTRIES_OFFSET = 6;
    static final int PAYLOAD_LENGTH_OFFSET = 8;
    static final int PAYLOAD_CHECKSUM_OFFSET = 12;
    static final int POSITION_OFFSET = 16;
    static final int MARK_OFFSET = 24;
    static final int INCARNATION_OFFSET = 32;
    static final int SEGMENT_OFFSET = 36;
    static final int COMMIT_TIME_OFFSET = 40;

    private FrameFormat() {}

    /** Bytes that a frame takes, with padding. */
    public static long size(int entries, int payloadLength) {
        long unpadded = HEADER_SIZE + (long) ENTRY_SIZE * entries + payloadLength;
        return unpadded + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /** Writes the fixed part of a header, without its checksum, at an index of a buffer. */
    public static void putHeader(
            ByteBuffer target,
            int index,
            byte type,
            byte flags,
            int entries,
            int payloadLength,
            int payloadChecksum,
            FramePlace place) {
        target.put(index + TYPE_OFFSET, type);
        target.put(index + FLAGS_OFFSET, flags);
        target.putShort(index + ENTRIES_OFFSET, (short) entries);
        target.putInt(index + PAYLOAD_LENGTH_OFFSET, payloadLength);
        target.putInt(index + PAYLOAD_CHECKSUM_OFFSET, payloadChecksum);
        target.putLong(index + POSITION_OFFSET, place.position);
        target.putLong(index + MARK_OFFSET, place.mark);
        target.putInt(index + INCARNATION_OFFSET, place.incarnation);
        target.putInt(index + SEGMENT_OFFSET, place.segment);
        target.putLong(index + COMMIT_TIME_OFFSET, place.commitTimeMicros);
    }

    /** Writes the n-th entry of the frame at an index of a buffer. */
    public static void putEntry(ByteBuffer target, int index, int n, int partition, int count, long firstLsn) {
        int at = index + HEADER_SIZE + n * ENTRY_SIZE;
        target.putInt(at, partition);
        target.putInt(at + 4, count);
        target.putLong(at + 8, firstLsn);
    }

    /** Writes the checksum of a header whose other fields and entries are complete. */
    public static void putChecksum(ByteBuffer target, int index, int entries, HeaderChecksum checksum) {
        target.putInt(index + CHECKSUM_OFFSET, checksum.of(target, index, entries));
    }

    /** Where and when a frame is written. Mutable, so that its one owner can use it for every frame. */
    public static final class FramePlace {
        public long position;
        public long mark;
        public int incarnation;
        public int segment;
        public long commitTimeMicros;
    }

    /** Checksum of headers of one log, seeded with its id. For one thread at a time. */
    public static final class HeaderChecksum {
        private final CRC32C checksum = new CRC32C();
        private final byte[] seed;

        public HeaderChecksum(long logId) {
            seed = ByteBuffer.allocate(Long.BYTES)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(logId)
                    .array();
        }

        int of(ByteBuffer source, int index, int entries) {
            checksum.reset();
            checksum.update(seed);
            int position = source.position();
            int limit = source.limit();
            source.limit(index + HEADER_SIZE + entries * ENTRY_SIZE).position(index + TYPE_OFFSET);
            checksum.update(source);
            source.limit(limit).position(position);
            return (int) checksum.getValue();
        }
    }
}
