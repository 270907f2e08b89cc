package dev.wal.benchmark;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/** What disk and processor give at most: bytes a second in one direction, written and read around the page cache, and bytes checksummed. */
final class Capacity {
    private static final int CHUNK_SIZE = 4 << 20;
    private static final long FILE_SIZE_MAX = 512 << 20;
    private static final int BLOCK_SIZE = 64 << 10;

    private final Path directory;
    private final Duration longest;

    /** @param longest for each figure */
    Capacity(Path directory, Duration longest) {
        this.directory = directory;
        this.longest = longest;
    }

    void print(PrintStream out) throws IOException {
        Path file = Directories.create(directory).resolve("capacity.bin");
        try {
            double written = transfer(file, true, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            double read = transfer(file, false, StandardOpenOption.READ);
            out.println("Sequentially and around the page cache in pieces of 4 MiB: written " + Numbers.decimal(written)
                    + " GB/s, read " + Numbers.decimal(read) + " GB/s. CRC32C of " + Engine.VALUE_SIZE + " bytes: "
                    + Numbers.decimal(checksum(Engine.VALUE_SIZE)) + " GB/s, of 64 KiB: "
                    + Numbers.decimal(checksum(BLOCK_SIZE)) + " GB/s.");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private double transfer(Path file, boolean writing, StandardOpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(ExtendedOpenOption.DIRECT);
        int unit = Math.toIntExact(Files.getFileStore(directory).getBlockSize());
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_SIZE + unit).alignedSlice(unit);
        try (FileChannel channel = FileChannel.open(file, all)) {
            long start = System.nanoTime();
            long done = 0;
            long end = writing ? FILE_SIZE_MAX : channel.size();
            while (done < end && System.nanoTime() - start < longest.toNanos()) {
                chunk.limit(CHUNK_SIZE).rewind();
                done += writing ? channel.write(chunk, done) : channel.read(chunk, done);
            }
            if (writing) {
                channel.force(false);
            }
            return done / (double) (System.nanoTime() - start);
        }
    }

    private double checksum(int size) {
        byte[] bytes = new byte[size];
        CRC32C checksum = new CRC32C();
        long start = System.nanoTime();
        long done = 0;
        long now = start;
        while (now - start < longest.toNanos()) {
            for (int i = 0; i < BLOCK_SIZE; i += size) {
                checksum.update(bytes);
                done += size;
            }
            now = System.nanoTime();
        }
        return checksum.getValue() < 0 ? 0 : done / (double) (now - start);
    }
}
