package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
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
        if (!storage.list().contains(FileNames.skipped(id))) {
            return SkippedChanges.NONE;
        }
        WholeFile file = file(id);
        return SkippedFormat.decode(file.read(SkippedFormat.MAX_SIZE), id, logId, file.path());
    }

    /** Replaces what is remembered of a listener: written aside, forced, renamed, and the directory forced. */
    public void write(String id, SkippedChanges changes) throws IOException {
        file(id).replace(SkippedFormat.encode(id, changes, logId));
    }

    /** Forgets what a listener has given up, for good. */
    public void delete(String id) throws IOException {
        file(id).delete();
    }

    private WholeFile file(String id) {
        return new WholeFile(storage, FileNames.skipped(id));
    }
}
