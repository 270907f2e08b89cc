package dev.wal.log;

import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Files that keep nothing, for logs of which only the threads matter. */
final class NoFiles implements Storage, StorageFile {

    @Override
    public Path directory() {
        return Path.of("none");
    }

    @Override
    public void createDirectory() {}

    @Override
    public List<String> list() {
        return List.of();
    }

    @Override
    public long size(String name) {
        return 0;
    }

    @Override
    public StorageFile create(String name) {
        return this;
    }

    @Override
    public StorageFile open(String name) {
        return this;
    }

    @Override
    public void rename(String from, String to) {}

    @Override
    public void delete(String name) {}

    @Override
    public void forceDirectory() {}

    @Override
    public Closeable lock(Duration wait) {
        return this;
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        return 0;
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        source.position(source.limit());
    }

    @Override
    public void force() {}

    @Override
    public long size() {
        return 0;
    }

    @Override
    public void close() {}
}
