package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** {@link Storage} in a directory of the default file system that belongs to somebody else: everything that would change it is refused. */
final class ReadOnlyStorage implements Storage {
    private final FileStorage files;

    ReadOnlyStorage(Path directory) {
        this.files = new FileStorage(directory);
    }

    @Override
    public Path directory() {
        return files.directory();
    }

    @Override
    public List<String> list() throws IOException {
        return files.list();
    }

    @Override
    public long size(String name) throws IOException {
        return files.size(name);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new DirectFile(directory().resolve(name), StandardOpenOption.READ);
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
        return new UnsupportedOperationException("Directory " + directory() + " is only read");
    }
}
