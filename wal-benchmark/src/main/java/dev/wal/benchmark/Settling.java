package dev.wal.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Waits until a disk is done with what went before: deleting large files has some disks discard their blocks for seconds, and forces wait meanwhile.
 */
final class Settling {
    private static final int FORCES = 100;

    private Settling() {}

    /** Forces until many in a row took on average less than thrice the fastest, or a time has passed. */
    static void await(Path directory, Duration longest) throws IOException {
        Path file = directory.resolve("settling.bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(4096);
            long begin = System.nanoTime();
            long fastest = Long.MAX_VALUE;
            boolean settled = false;
            while (!settled && System.nanoTime() - begin < longest.toNanos()) {
                long start = System.nanoTime();
                long last = start;
                for (int i = 0; i < FORCES; i++) {
                    channel.write(block.clear(), 0);
                    channel.force(false);
                    long now = System.nanoTime();
                    fastest = Math.min(fastest, now - last);
                    last = now;
                }
                settled = last - start < 3 * FORCES * fastest;
            }
        } finally {
            Files.delete(file);
        }
    }
}
