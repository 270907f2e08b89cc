package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is read and written at given offsets. Safe for use by several threads. An interrupt of the calling thread neither fails a call nor closes the
 * file.
 */
public interface StorageFile extends Closeable {

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @return number of bytes read, 0 at or behind the end
     */
    int read(ByteBuffer target, long offset) throws IOException;

    /** Writes all remaining bytes of the buffer. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Makes all bytes written so far durable (fdatasync or equal). */
    void force() throws IOException;

    /** Length in bytes. */
    long size() throws IOException;
}
