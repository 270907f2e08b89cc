package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One flat directory of files. Names are plain file names. Safe for use by several threads. Creating, renaming and deleting become durable
 * with the next {@link #forceDirectory()}.
 */
public interface Storage {

    /** The storage in a directory of the default file system; nothing is created before it is used. */
    static Storage of(Path directory) {
        return new FileStorage(directory);
    }

    /** The storage in a directory that is only read: everything that would change it throws {@link UnsupportedOperationException}. */
    static Storage readOnly(Path directory) {
        return new ReadOnlyStorage(directory);
    }

    /** The directory as an absolute path, for messages. */
    Path directory();

    /** Creates the directory, and forces it into its parent, where it is missing. */
    void createDirectory() throws IOException;

    /** Names of all files, sorted; empty if the directory does not exist. */
    List<String> list() throws IOException;

    /** Length of a file in bytes; −1 if it does not exist. Opens the file, unless a storage knows a better way. */
    default long size(String name) throws IOException {
        if (!list().contains(name)) {
            return -1;
        }
        try (StorageFile file = open(name)) {
            return file.size();
        }
    }

    /** Creates an empty file, replacing one of the same name. */
    StorageFile create(String name) throws IOException;

    /** Opens an existing file for reading and writing. */
    StorageFile open(String name) throws IOException;

    /** Renames a file atomically, replacing one that has the new name. */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file if it is there.
     *
     * @throws IllegalArgumentException if the name is empty, which would be that of the directory
     */
    void delete(String name) throws IOException;

    /** Makes what was created, renamed and deleted durable. */
    void forceDirectory() throws IOException;

    /**
     * Takes the directory for this owner alone, among processes and within this one.
     *
     * @param wait how long to wait for another owner to let go
     * @return closing it lets go
     * @throws dev.wal.common.WalLockedException if another owner has the directory and did not let go in time
     */
    Closeable lock(Duration wait) throws IOException;
}
