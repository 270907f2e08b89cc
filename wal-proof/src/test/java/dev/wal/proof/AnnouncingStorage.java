package dev.wal.proof;

import dev.wal.proof.Moment.Op;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Real files; a gate is told of each call that changes something, before it is made. May lie: a force of a file returns at once then, and nothing is forced. */
final class AnnouncingStorage implements Storage {
    private final Storage storage;
    private final Gate gate;
    private final boolean lies;

    /** A file that is open keeps its name up to date: a segment is renamed while it is. */
    private final Set<AnnouncingFile> openFiles = ConcurrentHashMap.newKeySet();

    AnnouncingStorage(Storage storage, Gate gate, boolean lies) {
        this.storage = storage;
        this.gate = gate;
        this.lies = lies;
    }

    @Override
    public Path directory() {
        return storage.directory();
    }

    @Override
    public void createDirectory() throws IOException {
        storage.createDirectory();
    }

    @Override
    public List<String> list() throws IOException {
        return storage.list();
    }

    @Override
    public long size(String name) throws IOException {
        return storage.size(name);
    }

    @Override
    public StorageFile create(String name) throws IOException {
        gate.pass(Op.CREATE, name);
        return opened(storage.create(name), name);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return opened(storage.open(name), name);
    }

    private StorageFile opened(StorageFile file, String name) {
        AnnouncingFile announcing = new AnnouncingFile(file, name);
        openFiles.add(announcing);
        return announcing;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        gate.pass(Op.RENAME, to);
        storage.rename(from, to);
        for (AnnouncingFile file : openFiles) {
            if (file.name.equals(from)) {
                file.name = to;
            }
        }
    }

    @Override
    public void delete(String name) throws IOException {
        gate.pass(Op.DELETE, name);
        storage.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        gate.pass(Op.FORCE_DIRECTORY, "");
        storage.forceDirectory();
    }

    @Override
    public Closeable lock(Duration wait) throws IOException {
        return storage.lock(wait);
    }

    private final class AnnouncingFile implements StorageFile {
        private final StorageFile file;
        private volatile String name;

        private AnnouncingFile(StorageFile file, String name) {
            this.file = file;
            this.name = name;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            gate.pass(Op.WRITE, name);
            file.write(source, offset);
        }

        @Override
        public void force() throws IOException {
            gate.pass(Op.FORCE, name);
            if (!lies) {
                file.force();
            }
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            openFiles.remove(this);
            file.close();
        }
    }
}
