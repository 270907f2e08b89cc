package dev.wal.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Tells whether somebody has a directory open for writing, without becoming its owner. */
@FunctionalInterface
public interface DirectoryOwner {

    /**
     * The owner of a directory of the default file system: whoever holds its lock file. Asking takes a shared lock for a moment; an owner that
     * comes at that very moment finds the directory in use, and succeeds with its next attempt.
     */
    static DirectoryOwner of(Path directory) {
        return () -> DirectoryLock.isHeld(directory);
    }

    /** Whether there is an owner now. */
    boolean isPresent() throws IOException;
}
