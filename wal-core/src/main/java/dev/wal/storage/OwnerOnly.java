package dev.wal.storage;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What a log makes is readable and writable by its owner alone: rows are in it that nobody else was meant to see. Where a file system knows no such permissions, what is made inherits those of its directory. What
 * is there already keeps its own.
 */
final class OwnerOnly {
    private static final FileAttribute<?>[] INHERITED = {};
    private static final FileAttribute<?>[] FILE = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
    private static final FileAttribute<?>[] DIRECTORY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };

    private OwnerOnly() {}

    /** For a file that may be made. */
    static FileAttribute<?>[] file(Path path) {
        return hasPermissions(path) ? FILE : INHERITED;
    }

    /** For a directory that is made. */
    static FileAttribute<?>[] directory(Path path) {
        return hasPermissions(path) ? DIRECTORY : INHERITED;
    }

    private static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
