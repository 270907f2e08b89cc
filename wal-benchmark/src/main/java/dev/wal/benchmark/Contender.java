package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One of those that are measured beside each other.
 *
 * @param threads that run at once
 * @param weight commits that one call stands for
 * @param opener makes it ready to run in an empty directory
 */
public record Contender(String name, int threads, int weight, Opener opener) implements Measured {
    /** What a session says that cannot count its forces. */
    public static final long UNCOUNTED = -1;

    /** Makes a contender ready to run. */
    public interface Opener {
        Session open(Path directory) throws IOException;
    }

    /** A contender that is ready to run. Safe for use by several threads. */
    public interface Session extends Closeable {
        /** What one thread calls over and over. */
        Committer committer(int thread);

        /** Forces so far, or {@link #UNCOUNTED}. */
        long forces();
    }

    /** For one thread. */
    public interface Committer {
        void commit() throws IOException;
    }

    @Override
    public Figures measure(Path directory, Duration leadIn, Duration duration) throws IOException {
        return new Measurement(leadIn, duration).of(this, directory);
    }
}
