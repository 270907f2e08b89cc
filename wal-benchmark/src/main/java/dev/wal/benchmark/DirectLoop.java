package dev.wal.benchmark;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One thread that writes around the page cache and has each write be durable when it returns ({@code O_DIRECT} and {@code O_DSYNC}), into a file of zeros that were written: the other bound of a disk. */
final class DirectLoop implements Contender.Session {
    private final FileChannel channel;
    private final ByteBuffer block;
    private long next;
    private volatile long writes;

    private DirectLoop(FileChannel channel, ByteBuffer block) {
        this.channel = channel;
        this.block = block;
    }

    static Contender of(String name, int frameSize, int framesAtOnce) {
        return new Contender(
                name, 1, framesAtOnce, directory -> open(directory, Math.multiplyExact(frameSize, framesAtOnce)));
    }

    private static DirectLoop open(Path directory, int size) throws IOException {
        new CircularFile(directory).close();
        Path file = directory.resolve(CircularFile.NAME);
        int unit = Math.toIntExact(Files.getFileStore(file).getBlockSize());
        int whole = (size + unit - 1) / unit * unit;
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT);
        return new DirectLoop(
                channel,
                ByteBuffer.allocateDirect(whole + unit).alignedSlice(unit).limit(whole));
    }

    @Override
    public Contender.Committer committer(int thread) {
        return this::write;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void write() throws IOException {
        block.rewind();
        if (next + block.remaining() > CircularFile.SIZE) {
            next = 0;
        }
        while (block.hasRemaining()) {
            next += channel.write(block, next);
        }
        writes++;
    }

    @Override
    public long forces() {
        return writes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
