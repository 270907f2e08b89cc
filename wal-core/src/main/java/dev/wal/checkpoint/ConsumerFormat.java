package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Bytes of the file of a consumer; see docs/format.md, "Consumer". */
final class ConsumerFormat {
    private static final long MAGIC = 0x4E43_4C41_5756_4544L; // "DEVWALCN"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int LOG_ID_OFFSET = 20;
    private static final int POSITION_OFFSET = 28;
    private static final int REDO_POSITION_OFFSET = 36;
    private static final int ID_OFFSET = 44;
    private static final int LEAST_SIZE = ID_OFFSET + Short.BYTES + Integer.BYTES;

    private ConsumerFormat() {}

    static ByteBuffer encode(ConsumerPosition consumer, long logId) {
        byte[] id = consumer.id().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer target = ByteBuffer.allocateDirect(LEAST_SIZE + id.length).order(ByteOrder.LITTLE_ENDIAN);
        target.putLong(MAGIC).putInt(VERSION).putInt(0).putInt(0);
        target.putLong(logId).putLong(consumer.position()).putLong(consumer.redoPosition());
        target.putShort((short) id.length).put(id);
        target.putInt(checksum(target, target.position()));
        return target.flip();
    }

    /**
     * Reads a file.
     *
     * @param id that its name says
     * @param file for messages
     */
    static ConsumerPosition decode(ByteBuffer source, String id, long logId, String file) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        int size = source.limit();
        if (size < LEAST_SIZE || source.getLong(0) != MAGIC) {
            throw damaged(file, "it was emptied, cut or overwritten");
        }
        int end = size - Integer.BYTES;
        if (source.getInt(end) != checksum(source, end)) {
            throw damaged(file, "its checksum does not match");
        }
        if (source.getInt(VERSION_OFFSET) != VERSION || source.getInt(MUST_UNDERSTAND_OFFSET) != 0) {
            throw new WalFormatException("Consumer file " + file + " has format version "
                    + source.getInt(VERSION_OFFSET) + " and features 0x"
                    + Integer.toHexString(source.getInt(MUST_UNDERSTAND_OFFSET)) + "; this program knows version "
                    + VERSION + " without features. Use a newer program.");
        }
        byte[] name = new byte[Math.min(Short.toUnsignedInt(source.getShort(ID_OFFSET)), size - LEAST_SIZE)];
        source.get(ID_OFFSET + Short.BYTES, name);
        if (!new String(name, StandardCharsets.US_ASCII).equals(id) || name.length != size - LEAST_SIZE) {
            throw damaged(file, "it is that of another consumer");
        }
        if (source.getLong(LOG_ID_OFFSET) != logId) {
            throw damaged(file, "it belongs to another log");
        }
        return new ConsumerPosition(id, source.getLong(POSITION_OFFSET), source.getLong(REDO_POSITION_OFFSET));
    }

    private static WalCorruptedException damaged(String file, String what) {
        return new WalCorruptedException("Consumer file " + file + " is damaged: " + what
                + ". Restore it, or remove the consumer and let it begin anew at a position that is safe for it.");
    }

    private static int checksum(ByteBuffer bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().position(0).limit(length));
        return (int) checksum.getValue();
    }
}
