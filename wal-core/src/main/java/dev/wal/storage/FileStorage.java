package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@link Storage} in a directory of the default file system. */
final class FileStorage implements Storage {
    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    private final Path directory;

    FileStorage(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public void createDirectory() throws IOException {
        boolean isThere = Files.isDirectory(directory);
        createDirectory(directory);
        Path parent = directory.getParent();
        // Who made it may have been killed before that was forced, or, if it starts at this moment, not have come to it
        // yet.
        if (isThere && parent != null && Files.isReadable(parent)) {
            force(parent);
        }
    }

    private static void createDirectory(Path missing) throws IOException {
        if (Files.isDirectory(missing)) {
            return;
        }
        Path parent = missing.getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        try {
            Permissions.makeDirectory(missing);
        } catch (FileAlreadyExistsException e) {
            // Somebody else may have made it meanwhile, who starts at the same time; the lock tells who goes on.
            if (!Files.isDirectory(missing)) {
                throw e;
            }
        }
        if (parent != null) {
            force(parent);
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException missing) {
            return List.of();
        }
    }

    @Override
    public long size(String name) throws IOException {
        try {
            return Files.size(path(name));
        } catch (NoSuchFileException missing) {
            return -1;
        }
    }

    @Override
    public StorageFile create(String name) throws IOException {
        Permissions.makeFile(directory, path(name));
        return opened(
                name,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return opened(name, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** As {@link #open}, of a directory that may not be written to. */
    StorageFile openToRead(String name) throws IOException {
        return opened(name, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private StorageFile opened(String name, OpenOption... options) throws IOException {
        Path path = path(name);
        try {
            return new DirectFile(path, options);
        } catch (IOException e) {
            throw explained(path, e);
        }
    }

    private static IOException explained(Path path, IOException e) {
        return Files.isSymbolicLink(path)
                ? new IOException(
                        path + " is a symbolic link, and a log neither reads nor writes through one: put the file"
                                + " itself in its place",
                        e)
                : e;
    }

    /** Names come from {@link FileNames}. If one ever led elsewhere, nothing there would be touched. */
    private Path path(String name) {
        Path path = directory.resolve(name).normalize();
        if (!directory.equals(path.getParent())) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a file in " + directory + ": it leads elsewhere");
        }
        return path;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException notSupported) {
            throw new IOException("The file system of " + directory + " cannot rename files atomically", notSupported);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        force(directory);
    }

    @Override
    public Closeable lock(Duration wait) throws IOException {
        Path lockFile = path(FileNames.LOCK);
        try {
            return DirectoryLock.acquire(directory, lockFile, wait);
        } catch (IOException e) {
            throw explained(lockFile, e);
        }
    }

    private static void force(Path directory) throws IOException {
        if (WINDOWS) {
            // Windows cannot open a directory; NTFS journals its changes by itself.
            return;
        }
        try (DirectFile opened = new DirectFile(directory, StandardOpenOption.READ)) {
            opened.forceMetadata();
        }
    }
}
