package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of zeros that were written, overwritten in a circle: the kind of file whose force costs least, because nothing but data is written. For one thread
 * at a time, unless it gives the offsets itself.
 *
 * <p>A {@link FileChannel}, because it allocates less than the {@link java.nio.channels.AsynchronousFileChannel} of the engine and makes the same system calls; nobody interrupts
 * the threads that use it.
 */
final class CircularFile implements Closeable {
    static final String NAME = "circular.bin";
    static final int SIZE = 64 << 20;

    private final FileChannel channel;
    private final long size;
    private long next;

    CircularFile(Path directory) throws IOException {
        this(directory, SIZE);
    }

    CircularFile(Path directory, long size) throws IOException {
        this.size = size;
        channel = FileChannel.open(
                directory.resolve(NAME),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        // In small pieces, as the engine does: what one call wrote stays together in the page cache,
        // and makes later writes of a few bytes cost more.
        ByteBuffer zeros = ByteBuffer.allocateDirect(64 << 10);
        for (long offset = 0; offset < size; offset += zeros.capacity()) {
            write(zeros.clear(), offset);
        }
        channel.force(true);
    }

    /** Writes bytes behind those of the call before. */
    void append(ByteBuffer bytes) throws IOException {
        if (next + bytes.remaining() > size) {
            next = 0;
        }
        long offset = next;
        next += bytes.remaining();
        write(bytes, offset);
    }

    void write(ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
