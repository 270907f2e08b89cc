package dev.wal.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that call the operating system once for each record, and force nothing. */
final class WriteLoop implements Contender.Session {
    private final CircularFile file;
    private final int size;
    private final AtomicLong next = new AtomicLong();

    private WriteLoop(CircularFile file, int size) {
        this.file = file;
        this.size = size;
    }

    static Contender of(String name, int size, int threads) {
        return new Contender(name, threads, 1, directory -> open(directory, size));
    }

    private static WriteLoop open(Path directory, int size) throws IOException {
        return new WriteLoop(new CircularFile(directory), size);
    }

    @Override
    public Contender.Committer committer(int thread) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        long places = CircularFile.SIZE / size;
        return () -> file.write(bytes.clear(), next.getAndIncrement() % places * size);
    }

    @Override
    public long forces() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        // What is left to write back must not slow down who comes next.
        file.force();
        file.close();
    }
}
