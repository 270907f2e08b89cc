package dev.wal.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@link Storage} that is only read: everything that would change it is refused. Reads what another storage has. */
public abstract class StorageToRead implements Storage {
    private final Storage storage;

    protected StorageToRead(Storage storage) {
        this.storage = storage;
    }

    @Override
    public final Path directory() {
        return storage.directory();
    }

    @Override
    public final List<String> list() throws IOException {
        return storage.list();
    }

    @Override
    public final long size(String name) throws IOException {
        return storage.size(name);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return storage.open(name);
    }

    @Override
    public final void createDirectory() {
        throw readOnly();
    }

    @Override
    public final StorageFile create(String name) {
        throw readOnly();
    }

    @Override
    public final void rename(String from, String to) {
        throw readOnly();
    }

    @Override
    public final void delete(String name) {
        throw readOnly();
    }

    @Override
    public final void forceDirectory() {
        throw readOnly();
    }

    @Override
    public final Closeable lock(Duration wait) {
        throw readOnly();
    }

    /** What is thrown in place of a change. */
    protected final UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("Directory " + directory() + " is only read");
    }
}
