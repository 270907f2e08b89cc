package dev.wal.demo.crash;

import java.io.IOException;
import java.net.URI;

/** The application as it runs somewhere. */
interface Ledger extends AutoCloseable {

    /** Starts one on the files of the one before, and returns when it serves. */
    @FunctionalInterface
    interface Starter {
        Ledger start() throws IOException;
    }

    /** Where it serves. */
    URI address();

    /** Ends it as a crash does: it is told nothing, and completes nothing. */
    void kill() throws IOException, InterruptedException;

    @Override
    void close();
}
