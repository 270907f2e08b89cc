package dev.wal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A file whose calls run in the calling thread and do not mind interrupts.
 *
 * <p>A {@link java.nio.channels.FileChannel} is closed for everybody when a thread that uses it is interrupted. An {@link
 * AsynchronousFileChannel} makes the same system calls and is not interruptible; with an executor that runs its tasks at once, it makes them
 * in the calling thread.
 */
final class DirectFile implements StorageFile {
    private static final SameThreadExecutor SAME_THREAD = new SameThreadExecutor();

    private final Path path;
    private final AsynchronousFileChannel channel;

    /** @param options do not make the file, which {@link Permissions} does */
    DirectFile(Path path, OpenOption... options) throws IOException {
        this.path = path;
        this.channel = AsynchronousFileChannel.open(path, Set.of(options), SAME_THREAD);
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int count = finish(channel.read(target, offset + total));
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        long position = offset;
        while (source.hasRemaining()) {
            position += finish(channel.write(source, position));
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    /** Makes everything durable, as a directory needs it. */
    void forceMetadata() throws IOException {
        channel.force(true);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** The result of a call that has already run, by {@link SameThreadExecutor}. */
    private static int finish(Future<Integer> call) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return call.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IOException(cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class SameThreadExecutor extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
