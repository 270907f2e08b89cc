package dev.wal.state;

import dev.wal.common.WalCorruptedException;
import dev.wal.record.RecordCursor;
import dev.wal.record.Row;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a table in a snapshot, an Insert record for each; see docs/format.md, "DurableMap". For one thread. */
final class TableContent {
    private final String table;
    private final int partition;
    private final InputStream content;
    private final RecordCursor cursor;
    private ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
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
        int read = content.readNBytes(bytes.array(), 0, Integer.BYTES);
        if (read == 0) {
            return null;
        }
        int size = read < Integer.BYTES ? 0 : bytes.getInt(0);
        if (size < Integer.BYTES) {
            throw damaged("has an impossible length", null);
        }
        readRest(size);
        Row row = rowOf(bytes.limit(size));
        offset += size;
        bytes.clear();
        return row;
    }

    /** A length is believed only as far as there are bytes for it. */
    private void readRest(int size) throws IOException {
        int read = Integer.BYTES;
        while (read < size) {
            if (read == bytes.capacity()) {
                byte[] larger = Arrays.copyOf(bytes.array(), (int) Math.min(size, 2L * read));
                bytes = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN);
            }
            int wanted = Math.min(size, bytes.capacity()) - read;
            if (content.readNBytes(bytes.array(), read, wanted) < wanted) {
                throw damaged("is longer than what is left", null);
            }
            read += wanted;
        }
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
