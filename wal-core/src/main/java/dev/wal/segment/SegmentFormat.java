package dev.wal.segment;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Bytes of the header of a segment; see docs/format.md, "Segment". */
public final class SegmentFormat {
    /** Bytes before the first frame: a page, so that no write of a frame touches the header's. */
    public static final int HEADER_SIZE = 4096;

    public static final int MIN_SIZE = 16 * 1024;
    public static final int MAX_SIZE = 1 << 30;

    private static final long MAGIC = 0x4753_4C41_5756_4544L; // "DEVWALSG"
    private static final int VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int MAY_IGNORE_OFFSET = 16;
    private static final int NUMBER_OFFSET = 20;
    private static final int LOG_ID_OFFSET = 24;
    private static final int BASE_POSITION_OFFSET = 32;
    private static final int SIZE_OFFSET = 40;
    private static final int RESERVED_OFFSET = 48;
    private static final int CHECKSUM_OFFSET = 60;
    private static final int USED_SIZE = 64;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(HEADER_SIZE).asReadOnlyBuffer();

    private SegmentFormat() {}

    /** Fills a buffer of {@link #HEADER_SIZE} zero bytes, leaving position and limit as they are. */
    static void encode(SegmentHeader header, ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN);
        target.putLong(MAGIC_OFFSET, MAGIC);
        target.putInt(VERSION_OFFSET, VERSION);
        target.putInt(NUMBER_OFFSET, header.number());
        target.putLong(LOG_ID_OFFSET, header.logId());
        target.putLong(BASE_POSITION_OFFSET, header.basePosition());
        target.putLong(SIZE_OFFSET, header.size());
        target.putInt(CHECKSUM_OFFSET, checksum(target));
    }

    /**
     * Reads the fields of a header, whatever the bytes are that must be zero.
     *
     * @param source the first bytes of the file, as many as there are
     * @param file for messages
     * @throws WalCorruptedException if it is not a header of version 1
     * @throws WalFormatException if a later version wrote it
     */
    static SegmentHeader decode(ByteBuffer source, String file) {
        if (source.remaining() < USED_SIZE) {
            throw new WalCorruptedException("Segment " + file + " is too short for its header (" + source.remaining()
                    + " bytes): the file was emptied or cut. Restore it from a backup.");
        }
        source.order(ByteOrder.LITTLE_ENDIAN);
        if (source.getLong(MAGIC_OFFSET) != MAGIC) {
            throw new WalCorruptedException(
                    "File " + file
                            + " does not begin as a segment does: it was overwritten or is not part of a log. Restore it from a backup.");
        }
        if (source.getInt(VERSION_OFFSET) != VERSION || source.getInt(MUST_UNDERSTAND_OFFSET) != 0) {
            if (source.getInt(CHECKSUM_OFFSET) == checksum(source)) {
                throw new WalFormatException("Segment " + file + " has format version " + source.getInt(VERSION_OFFSET)
                        + " and features 0x" + Integer.toHexString(source.getInt(MUST_UNDERSTAND_OFFSET))
                        + "; this program knows version " + VERSION + " without features. Use a newer program.");
            }
        }
        if (source.getInt(CHECKSUM_OFFSET) != checksum(source)) {
            throw new WalCorruptedException("The header of segment " + file
                    + " is damaged (checksum does not match). Restore it from a backup.");
        }
        long size = source.getLong(SIZE_OFFSET);
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new WalCorruptedException("The header of segment " + file + " names an impossible size of " + size);
        }
        return new SegmentHeader(
                source.getInt(NUMBER_OFFSET), source.getLong(LOG_ID_OFFSET), source.getLong(BASE_POSITION_OFFSET), (int)
                        size);
    }

    /**
     * Checks the bytes of a header that must be zero, as many as there are. A feature that may be ignored may use those that the checksum covers.
     *
     * @param source from which the fields were read
     * @param file for messages
     * @throws WalCorruptedException if one of them is not zero
     */
    static void checkZeros(ByteBuffer source, String file) {
        if (source.getInt(MAY_IGNORE_OFFSET) == 0) {
            checkZeros(source, RESERVED_OFFSET, CHECKSUM_OFFSET, file);
        }
        checkZeros(source, USED_SIZE, Math.min(source.limit(), HEADER_SIZE), file);
    }

    private static void checkZeros(ByteBuffer source, int from, int to, String file) {
        int mismatch = source.slice(from, to - from).mismatch(ZEROS.slice(0, to - from));
        if (mismatch >= 0) {
            throw new WalCorruptedException("The header of segment " + file + " is damaged: byte " + (from + mismatch)
                    + " must be zero. Restore it from a backup.");
        }
    }

    private static int checksum(ByteBuffer header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header.duplicate().position(0).limit(CHECKSUM_OFFSET));
        return (int) checksum.getValue();
    }
}
