package dev.wal.log;

import java.io.IOException;

/**
 * Where a log begins, as its manifest says.
 *
 * @param incarnation of the last open for writing, 0 before the first
 * @param firstSegment number of the first live segment
 * @param mark position below which all is known to be forced
 */
public record LogOrigin(LogIdentity identity, int incarnation, int firstSegment, long mark) {

    /** Reads it once more each time: it changes while somebody has the log open. */
    @FunctionalInterface
    public interface Source {
        LogOrigin read() throws IOException;
    }
}
