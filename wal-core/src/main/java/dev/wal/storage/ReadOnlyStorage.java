package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@link Storage} in a directory of the default file system that belongs to somebody else: everything that would change it is refused. */
final class ReadOnlyStorage implements Storage {
    private final Path directory;

    ReadOnlyStorage(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public Path directory() {
        return directory;
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
    public StorageFile open(String name) throws IOException {
        return new DirectFile(directory.resolve(name), StandardOpenOption.READ);
    }

    @Override
    public void createDirectory() {
        throw readOnly();
    }

    @Override
    public StorageFile create(String name) {
        throw readOnly();
    }

    @Override
    public void rename(String from, String to) {
        throw readOnly();
    }

    @Override
    public void delete(String name) {
        throw readOnly();
    }

    @Override
    public void forceDirectory() {
        throw readOnly();
    }

    @Override
    public Closeable lock(Duration wait) {
        throw readOnly();
    }

    private UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("Directory " + directory + " is only read");
    }
}
