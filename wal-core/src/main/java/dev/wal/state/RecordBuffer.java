package dev.wal.state;

import dev.wal.record.ByteSink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Holds encoded records until they are written to a stream. For one thread. */
final class RecordBuffer implements ByteSink {
    private byte[] bytes = new byte[1024];
    private int length;

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

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
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
