package dev.wal.state;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.RecordCursor;
import dev.wal.record.Row;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a table in a snapshot, an Insert record for each; see docs/format.md, "DurableMap". For one thread. */
final class TableContent {
    private final String table;
    private final int partition;
    private final InputStream content;
    private final RecordCursor cursor;
    private long offset;

    /** @param partitions how many there are */
    TableContent(String table, int partition, int partitions, InputStream content) {
        this.table = table;
        this.partition = partition;
        this.content = content;
        this.cursor = new RecordCursor(partitions);
    }

    /**
     * The row of the next entry, a key and a value, or null at the end.
     *
     * @throws WalCorruptedException if what is there is not an entry of the table
     */
    @Nullable
    Row next() throws IOException {
        byte[] length = content.readNBytes(Integer.BYTES);
        if (length.length == 0) {
            return null;
        }
        ByteBuffer record = readRecord(length);
        Row row = rowOf(record);
        offset += record.limit();
        return row;
    }

    private ByteBuffer readRecord(byte[] length) throws IOException {
        int size = length.length < Integer.BYTES
                ? 0
                : ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (size < Integer.BYTES) {
            throw damaged("has an impossible length", null);
        }
        // The stream reads in pieces: a length is believed only as far as there are bytes for it.
        byte[] rest = content.readNBytes(size - Integer.BYTES);
        if (rest.length < size - Integer.BYTES) {
            throw damaged("is longer than what is left", null);
        }
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .put(rest)
                .flip();
    }

    private Row rowOf(ByteBuffer entry) {
        WalRecord record;
        try {
            cursor.reset(entry, 0, 0);
            cursor.next();
            record = cursor.record();
        } catch (WalCorruptedException e) {
            throw damaged("cannot be decoded", e);
        }
        if (record instanceof WalRecord.Insert insert
                && insert.table().equals(table)
                && insert.partition() == partition
                && RowCodec.hasValue(insert.data())) {
            return insert.data();
        }
        throw damaged("is not an Insert of a key and a value into this table and partition", null);
    }

    private WalCorruptedException damaged(String what, @Nullable Throwable cause) {
        return new WalCorruptedException(
                "The snapshot of table '" + table + "' in partition " + partition + " is damaged: its entry at byte "
                        + offset + " " + what + ", though its checksums hold. The program that wrote it was faulty.",
                cause);
    }
}
