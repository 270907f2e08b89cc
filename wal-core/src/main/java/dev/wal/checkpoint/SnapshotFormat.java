package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Bytes of a snapshot; see docs/format.md, "Snapshot". */
public final class SnapshotFormat {
    public static final int HEADER_SIZE = 64;
    public static final int CHUNK_HEADER_SIZE = 12;
    public static final int MAX_CHUNK_SIZE = 1 << 20;

    public static final int STATE = 1;
    public static final int CONTENT = 2;
    public static final int END_OF_STATE = 3;
    public static final int END = 4;

    private static final long MAGIC = 0x4E53_4C41_5756_4544L; // "DEVWALSN"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int PARTITION_OFFSET = 20;
    private static final int LOG_ID_OFFSET = 24;
    private static final int LSN_OFFSET = 32;
    private static final int POSITION_OFFSET = 40;
    private static final int TIME_OFFSET = 48;
    private static final int CHECKSUM_OFFSET = 60;

    private SnapshotFormat() {}

    public static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static ByteBuffer encodeHeader(int partition, long logId, long lsn, long position, long timeMicros) {
        ByteBuffer header = buffer(HEADER_SIZE);
        header.putLong(0, MAGIC);
        header.putInt(VERSION_OFFSET, VERSION);
        header.putInt(PARTITION_OFFSET, partition);
        header.putLong(LOG_ID_OFFSET, logId);
        header.putLong(LSN_OFFSET, lsn);
        header.putLong(POSITION_OFFSET, position);
        header.putLong(TIME_OFFSET, timeMicros);
        header.putInt(CHECKSUM_OFFSET, headerChecksum(header));
        return header;
    }

    /** Checks a header, and returns the position in it, which seeds the checksums of the chunks. */
    static long decodeHeader(ByteBuffer header, long logId, int partition, long lsn, String path) {
        if (header.limit() < HEADER_SIZE
                || header.getLong(0) != MAGIC
                || header.getInt(CHECKSUM_OFFSET) != headerChecksum(header)) {
            throw new WalCorruptedException("Snapshot " + path + " is damaged: its header is not valid");
        }
        if (header.getInt(VERSION_OFFSET) != VERSION || header.getInt(MUST_UNDERSTAND_OFFSET) != 0) {
            throw new WalFormatException("Snapshot " + path + " has format version " + header.getInt(VERSION_OFFSET)
                    + " and features 0x" + Integer.toHexString(header.getInt(MUST_UNDERSTAND_OFFSET))
                    + "; this program knows version " + VERSION + " without features. Use a newer program.");
        }
        if (header.getLong(LOG_ID_OFFSET) != logId
                || header.getInt(PARTITION_OFFSET) != partition
                || header.getLong(LSN_OFFSET) != lsn) {
            throw new WalCorruptedException("Snapshot " + path + " is of another log, partition or checkpoint");
        }
        return header.getLong(POSITION_OFFSET);
    }

    /** Whether a file begins as a snapshot of this format of the log, be it damaged: a caller's own state machine writes what it likes. */
    static boolean isMeant(ByteBuffer header, long logId) {
        return header.limit() >= LSN_OFFSET && (header.getLong(0) == MAGIC || header.getLong(LOG_ID_OFFSET) == logId);
    }

    private static int headerChecksum(ByteBuffer header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header.duplicate().position(0).limit(CHECKSUM_OFFSET));
        return (int) checksum.getValue();
    }

    /** Checksum of a chunk. Leaves position and limit of the content as they are. */
    public static int chunkChecksum(ByteBuffer seed, long logId, long position, int kind, ByteBuffer content) {
        seed.clear();
        seed.putLong(logId)
                .putLong(position)
                .putInt(kind)
                .putInt(content.remaining())
                .flip();
        CRC32C checksum = new CRC32C();
        checksum.update(seed);
        checksum.update(content.duplicate());
        return (int) checksum.getValue();
    }
}
