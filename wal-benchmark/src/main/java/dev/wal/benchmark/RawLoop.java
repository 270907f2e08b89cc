package dev.wal.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** One thread that writes and forces, over and over: what the disk gives. */
final class RawLoop implements Contender.Session {
    private final CircularFile file;
    private final int size;
    private volatile long forces;

    private RawLoop(CircularFile file, int size) {
        this.file = file;
        this.size = size;
    }

    static Contender of(String name, int frameSize, int framesAtOnce) {
        return new Contender(
                name, 1, framesAtOnce, directory -> open(directory, Math.multiplyExact(frameSize, framesAtOnce)));
    }

    private static RawLoop open(Path directory, int size) throws IOException {
        return new RawLoop(new CircularFile(directory), size);
    }

    @Override
    public Contender.Committer committer(int thread) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        return () -> {
            file.append(bytes.clear());
            file.force();
            count();
        };
    }

    /** Counted by the one thread, read by others. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void count() {
        forces++;
    }

    @Override
    public long forces() {
        return forces;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
