package dev.wal.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that write pieces into a file that is overwritten in a circle, while another forces it at intervals: the bytes of a periodic log without the log. */
final class PeriodicLoop implements Contender.Session {
    private final CircularFile file;
    private final long fileSize;
    private final int size;
    private final ScheduledExecutorService forcing = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> forcer;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong forces = new AtomicLong();

    private PeriodicLoop(Path directory, long fileSize, Duration interval, int size) throws IOException {
        this.fileSize = fileSize;
        this.size = size;
        file = new CircularFile(directory, fileSize);
        forcer = forcing.scheduleAtFixedRate(this::force, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Threads that write a number of commits at once.
     *
     * @param fileSize of the file that is overwritten
     */
    static Contender of(String name, long fileSize, Duration interval, int frameSize, int framesAtOnce, int threads) {
        return new Contender(
                name,
                threads,
                framesAtOnce,
                directory ->
                        new PeriodicLoop(directory, fileSize, interval, Math.multiplyExact(frameSize, framesAtOnce)));
    }

    private void force() {
        try {
            file.force();
            forces.incrementAndGet();
        } catch (IOException e) {
            throw new IllegalStateException("A periodic force failed", e);
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        long places = fileSize / size;
        return () -> file.write(bytes.clear(), next.getAndIncrement() % places * size);
    }

    @Override
    public long forces() {
        return forces.get();
    }

    @Override
    public void close() throws IOException {
        forcer.cancel(false);
        forcing.shutdown();
        try (file) {
            if (!forcing.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("A force did not end");
            }
            if (!forcer.isCancelled()) {
                forcer.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("A periodic force failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a force ended", e);
        }
    }
}
