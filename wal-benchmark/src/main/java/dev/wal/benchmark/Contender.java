package dev.wal.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One of those that are measured beside each other.
 *
 * @param threads that run at once
 * @param weight commits that one call stands for
 * @param opener makes it ready to run in an empty directory
 */
record Contender(String name, int threads, int weight, Opener opener) {

    interface Opener {
        Session open(Path directory) throws IOException;
    }

    /** A contender that is ready to run. Safe for use by several threads. */
    interface Session extends Closeable {
        /** What one thread calls over and over. */
        Committer committer(int thread);

        /** Forces so far. */
        long forces();
    }

    /** For one thread. */
    interface Committer {
        void commit() throws IOException;
    }
}
