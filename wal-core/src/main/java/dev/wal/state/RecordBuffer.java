package dev.wal.state;

import dev.wal.record.ByteSink;
import dev.wal.record.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Holds encoded records until they are written to a stream. For one thread. */
final class RecordBuffer implements ByteSink {
    private byte[] bytes;
    private int length;

    /** @param expected bytes; there may be more */
    RecordBuffer(int expected) {
        bytes = new byte[expected];
    }

    @Override
    public byte[] reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
        return bytes;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void added(int partition, int added) {
        length += added;
    }

    Value.Bytes toValue() {
        return Value.Bytes.copyOf(bytes, length);
    }

    /** Writes the records to a stream, and forgets them. */
    void drainTo(OutputStream out) {
        try {
            out.write(bytes, 0, length);
            length = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
