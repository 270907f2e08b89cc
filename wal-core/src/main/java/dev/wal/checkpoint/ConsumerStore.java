package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Keeps the positions of consumers, each in a file of its own that is replaced as a whole. */
public final class ConsumerStore {
    private static final int MAX_SIZE = 4096;

    private final Storage storage;
    private final long logId;

    public ConsumerStore(Storage storage, long logId) {
        this.storage = storage;
        this.logId = logId;
    }

    /** Ids of all consumers that have a file. */
    public List<String> ids() throws IOException {
        return storage.list().stream()
                .map(FileNames::consumerId)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Reads the position of a consumer.
     *
     * @throws WalCorruptedException if its file is damaged, or belongs to another log
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public ConsumerPosition read(String id) throws IOException {
        WholeFile file = file(id);
        return ConsumerFormat.decode(file.read(MAX_SIZE), id, logId, file.path());
    }

    /** Replaces the position of a consumer: written aside, forced, renamed, and the directory forced. */
    public void write(ConsumerPosition consumer) throws IOException {
        file(consumer.id()).replace(ConsumerFormat.encode(consumer, logId));
    }

    /** Forgets a consumer for good. */
    public void delete(String id) throws IOException {
        file(id).delete();
    }

    private WholeFile file(String id) {
        return new WholeFile(storage, FileNames.consumer(id));
    }
}
