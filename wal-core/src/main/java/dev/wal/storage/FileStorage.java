package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
        createDirectory(directory);
    }

    private static void createDirectory(Path missing) throws IOException {
        if (Files.isDirectory(missing)) {
            return;
        }
        Path parent = missing.getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        Files.createDirectory(missing);
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
            return Files.size(directory.resolve(name));
        } catch (NoSuchFileException missing) {
            return -1;
        }
    }

    @Override
    public StorageFile create(String name) throws IOException {
        return new DirectFile(
                directory.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new DirectFile(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException notSupported) {
            throw new IOException("The file system of " + directory + " cannot rename files atomically", notSupported);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A file of " + directory + " is to be deleted that has no name");
        }
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        force(directory);
    }

    @Override
    public Closeable lock(Duration wait) throws IOException {
        return DirectoryLock.acquire(directory, directory.resolve(FileNames.LOCK), wait);
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
