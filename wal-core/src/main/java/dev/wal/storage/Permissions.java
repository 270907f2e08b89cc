package dev.wal.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read and write what a log makes: its owner alone, because rows are in it that nobody else was meant to see. Only where somebody has given the directory to a group, the group has the same of each new
 * file. Where a file system knows no such permissions, what is made inherits those of its directory. What is there already keeps its own.
 */
final class Permissions {
    private static final Logger logger = LoggerFactory.getLogger(Permissions.class);

    private static final Set<PosixFilePermission> OF_FILES = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OF_DIRECTORIES = PosixFilePermissions.fromString("rwx------");
    private static final int GROUP_IS_HANDED_ON = 02000;
    private static final int GROUP_READS = 040;
    private static final int GROUP_WRITES = 020;
    private static final int OTHERS = 07;

    private Permissions() {}

    /** Makes a file in a directory, unless there is one of the name. */
    static void makeFile(Path directory, Path file) throws IOException {
        try {
            if (areKnown(file)) {
                Set<PosixFilePermission> permissions = ofFilesIn(directory);
                Files.createFile(file, PosixFilePermissions.asFileAttribute(permissions));
                giveBack(file, permissions);
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException isThere) {
            // It keeps its permissions.
        }
    }

    /** What the umask has taken from the group. */
    private static void giveBack(Path file, Set<PosixFilePermission> permissions) throws IOException {
        if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).containsAll(permissions)) {
            try {
                Files.setAttribute(file, "posix:permissions", permissions, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
                // Some file systems have permissions that cannot be changed. The log can do without the group.
                logger.debug("The group of {} cannot be given {}", file, permissions, e);
            }
        }
    }

    static void makeDirectory(Path directory) throws IOException {
        if (areKnown(directory)) {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OF_DIRECTORIES));
        } else {
            Files.createDirectory(directory);
        }
    }

    private static boolean areKnown(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /**
     * The group counts where all others are kept out, or where the directory hands its group on to what is made in it: that was somebody's decision. A directory as the umask leaves it by custom is open to all, and
     * a new file in it would belong to the first group of whoever makes it.
     */
    private static Set<PosixFilePermission> ofFilesIn(Path directory) throws IOException {
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        if ((mode & OTHERS) != 0 && (mode & GROUP_IS_HANDED_ON) == 0) {
            return OF_FILES;
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(OF_FILES);
        if ((mode & GROUP_READS) != 0) {
            permissions.add(PosixFilePermission.GROUP_READ);
        }
        if ((mode & GROUP_WRITES) != 0) {
            permissions.add(PosixFilePermission.GROUP_WRITE);
        }
        return permissions;
    }
}
