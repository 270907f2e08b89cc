package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Something that users could take instead of the log.
 *
 * @param name in tables
 * @param opener opens it in an empty directory
 */
public record Peer(String name, Opener opener) {

    /** Opens a peer. What it needs may be missing here: then any {@link Throwable} comes. */
    public interface Opener {
        Contender.Session open(Path directory, Work work) throws IOException;
    }

    /** The peer as one that is measured. */
    public Contender contender(Work work, int threads) {
        return new Contender(name, threads, 1, directory -> opener.open(directory, work));
    }
}
