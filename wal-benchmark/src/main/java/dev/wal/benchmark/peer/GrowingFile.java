package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** The log that one writes by hand: a file that grows by one {@code write} for each transaction, with a length and a checksum, and a force shared by those who wait for it. */
final class GrowingFile implements Contender.Session {
    private static final int HEADER_SIZE = 2 * Integer.BYTES;

    private final Work work;
    private final FileChannel channel;
    private final SharedForce force;

    GrowingFile(Path directory, Work work) throws IOException {
        this.work = work;
        channel = FileChannel.open(
                directory.resolve("grows.log"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        force = new SharedForce(() -> channel.force(false));
    }

    @Override
    public Contender.Committer committer(int thread) {
        byte[] values = work.allValues();
        CRC32C checksum = new CRC32C();
        ByteBuffer frame = ByteBuffer.allocateDirect(HEADER_SIZE + values.length);
        return () -> {
            checksum.reset();
            checksum.update(values);
            frame.clear()
                    .putInt(values.length)
                    .putInt((int) checksum.getValue())
                    .put(values)
                    .flip();
            // One call writes it all: a file channel has a lock for that.
            channel.write(frame);
            if (work.forced()) {
                force.await();
            }
        };
    }

    @Override
    public long forces() {
        return force.forces();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
