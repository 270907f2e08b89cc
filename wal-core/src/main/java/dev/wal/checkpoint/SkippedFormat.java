package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes of the file of what a listener has skipped; see docs/format.md, "Skipped changes". */
final class SkippedFormat {
    /** Most bytes of a text; longer ones are cut. */
    static final int MAX_TEXT_BYTES = 1000;

    private static final long MAGIC = 0x4B53_4C41_5756_4544L; // "DEVWALSK"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int LOG_ID_OFFSET = 20;
    private static final int TOTAL_OFFSET = 28;
    private static final int COUNT_OFFSET = 36;
    private static final int ID_OFFSET = 40;
    private static final int LEAST_SIZE = ID_OFFSET + Short.BYTES + Integer.BYTES;
    private static final int CHANGE_SIZE = 4 * Long.BYTES + 2 * Integer.BYTES + 3 * (Short.BYTES + MAX_TEXT_BYTES);

    /** No file is larger. */
    static final int MAX_SIZE =
            LEAST_SIZE + MAX_TEXT_BYTES + SkippedChanges.MAX_REMEMBERED * CHANGE_SIZE + Integer.BYTES;

    private SkippedFormat() {}

    static ByteBuffer encode(String id, SkippedChanges changes, long logId) {
        ByteBuffer target = ByteBuffer.allocateDirect(MAX_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        target.putLong(MAGIC).putInt(VERSION).putInt(0).putInt(0);
        target.putLong(logId).putLong(changes.total()).putInt(changes.last().size());
        putText(target, id);
        for (SkippedChange change : changes.last()) {
            target.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, change.time()));
            target.putLong(change.position()).putLong(change.lsn()).putLong(change.transactionId());
            target.putInt(change.partition()).putInt(change.tries());
            putText(target, change.table());
            putText(target, change.error());
            putText(target, change.message());
        }
        target.putInt(checksum(target, target.position()));
        return target.flip();
    }

    private static void putText(ByteBuffer target, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        // Not within a character.
        while (length > 0 && length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        target.putShort((short) length).put(bytes, 0, length);
    }

    /**
     * Reads a file.
     *
     * @param id that its name says
     * @param file for messages
     */
    static SkippedChanges decode(ByteBuffer source, String id, long logId, String file) {
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
            throw new WalFormatException("File " + file + " has format version " + source.getInt(VERSION_OFFSET)
                    + " and features 0x"
                    + Integer.toHexString(source.getInt(MUST_UNDERSTAND_OFFSET)) + "; this program knows version "
                    + VERSION + " without features. Use a newer program.");
        }
        if (source.getLong(LOG_ID_OFFSET) != logId) {
            throw damaged(file, "it belongs to another log");
        }
        long total = source.getLong(TOTAL_OFFSET);
        int count = source.getInt(COUNT_OFFSET);
        if (count < 0 || count > SkippedChanges.MAX_REMEMBERED || total < count) {
            throw damaged(file, "it tells of " + count + " changes, " + total + " in all");
        }
        source.position(ID_OFFSET).limit(end);
        try {
            if (!text(source, file).equals(id)) {
                throw damaged(file, "it is that of another listener");
            }
            List<SkippedChange> last = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                last.add(change(source, file));
            }
            if (source.hasRemaining()) {
                throw damaged(file, "it has bytes behind its end");
            }
            return new SkippedChanges(total, last);
        } catch (BufferUnderflowException e) {
            throw damaged(file, "it ends within a change");
        }
    }

    private static SkippedChange change(ByteBuffer source, String file) {
        Instant time = Instant.EPOCH.plus(source.getLong(), ChronoUnit.MICROS);
        long position = source.getLong();
        long lsn = source.getLong();
        long transactionId = source.getLong();
        int partition = source.getInt();
        int tries = source.getInt();
        String table = text(source, file);
        String error = text(source, file);
        return new SkippedChange(
                time, position, lsn, partition, table, transactionId, tries, error, text(source, file));
    }

    private static String text(ByteBuffer source, String file) {
        int length = Short.toUnsignedInt(source.getShort());
        if (length > MAX_TEXT_BYTES) {
            throw damaged(file, "a text has " + length + " bytes");
        }
        if (length > source.remaining()) {
            throw damaged(file, "it ends within a text");
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static WalCorruptedException damaged(String file, String what) {
        return new WalCorruptedException("File " + file + ", which tells what a listener has skipped, is damaged: "
                + what + ". Restore it, or delete it to forget what it told; the log itself is not touched by that.");
    }

    private static int checksum(ByteBuffer bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().position(0).limit(length));
        return (int) checksum.getValue();
    }
}
