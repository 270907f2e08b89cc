package dev.wal.spring;

import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A directory whose forces, or writes, can be made to fail. */
public final class FailingStorage implements Storage {
    private final Storage delegate;
    private volatile boolean forcesFail;
    private volatile boolean writesFail;
    private volatile boolean creationsFail;
    private volatile Runnable beforeForces = () -> {};

    public FailingStorage(Path directory) {
        delegate = Storage.of(directory);
    }

    public void failForces() {
        forcesFail = true;
    }

    public void failWrites() {
        writesFail = true;
    }

    /** Has each force do something first, such as wait. */
    public void beforeForces(Runnable action) {
        beforeForces = action;
    }

    public void failCreations(boolean fail) {
        creationsFail = fail;
    }

    @Override
    public Path directory() {
        return delegate.directory();
    }

    @Override
    public void createDirectory() throws IOException {
        delegate.createDirectory();
    }

    @Override
    public List<String> list() throws IOException {
        return delegate.list();
    }

    @Override
    public long size(String name) throws IOException {
        return delegate.size(name);
    }

    @Override
    public StorageFile create(String name) throws IOException {
        if (creationsFail) {
            throw new IOException("No space left on device");
        }
        return new FailingFile(delegate.create(name));
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new FailingFile(delegate.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        delegate.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        delegate.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        delegate.forceDirectory();
    }

    @Override
    public Closeable lock(Duration wait) throws IOException {
        return delegate.lock(wait);
    }

    private final class FailingFile implements StorageFile {
        private final StorageFile file;

        private FailingFile(StorageFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            if (writesFail) {
                throw new IOException("Input/output error");
            }
            file.write(source, offset);
        }

        @Override
        public void force() throws IOException {
            beforeForces.run();
            if (forcesFail) {
                throw new IOException("Input/output error");
            }
            file.force();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
