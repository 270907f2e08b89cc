package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Keeps what listeners have given up, each in a file of its own that is replaced as a whole. */
public final class SkippedStore {
    private final Storage storage;
    private final long logId;

    public SkippedStore(Storage storage, long logId) {
        this.storage = storage;
        this.logId = logId;
    }

    /** Ids of all listeners that have a file. */
    public List<String> ids() throws IOException {
        return storage.list().stream()
                .map(FileNames::skippedId)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Reads what a listener has given up; nothing if it has no file.
     *
     * @throws WalCorruptedException if its file is damaged, or belongs to another log
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public SkippedChanges read(String id) throws IOException {
        String name = FileNames.skipped(id);
        if (!storage.list().contains(name)) {
            return SkippedChanges.NONE;
        }
        String path = storage.directory().resolve(name).toString();
        try (StorageFile file = storage.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) Math.min(SkippedFormat.MAX_SIZE, file.size()));
            file.read(bytes, 0);
            return SkippedFormat.decode(bytes.flip(), id, logId, path);
        }
    }

    /** Replaces what is remembered of a listener: written aside, forced, renamed, and the directory forced. */
    public void write(String id, SkippedChanges changes) throws IOException {
        String name = FileNames.skipped(id);
        String temporary = FileNames.temporary(name);
        try (StorageFile file = storage.create(temporary)) {
            file.write(SkippedFormat.encode(id, changes, logId), 0);
            file.force();
        }
        storage.rename(temporary, name);
        storage.forceDirectory();
    }

    /** Forgets what a listener has given up, for good. */
    public void delete(String id) throws IOException {
        storage.delete(FileNames.skipped(id));
        storage.forceDirectory();
    }
}
