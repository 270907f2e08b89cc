package dev.wal;

import dev.wal.checkpoint.SkippedChange;
import dev.wal.checkpoint.SkippedChanges;
import dev.wal.checkpoint.SkippedStore;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalStorageException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What listeners have given up, durable and bounded, in a file beside the log for each of them. Safe for use by several threads. */
public final class WalSkips {
    private final Storage storage;
    private final SkippedStore store;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<String, SkippedChanges> known = new HashMap<>();
    private boolean closed;

    WalSkips(Storage storage, long logId) {
        this.storage = storage;
        this.store = new SkippedStore(storage, logId);
    }

    /**
     * What a listener has given up so far; nothing if there is none of that id.
     *
     * @throws dev.wal.common.WalCorruptedException if its file is damaged
     * @throws WalStorageException if its file cannot be read
     */
    public SkippedChanges of(String listener) {
        checkId(listener);
        lock.lock();
        try {
            SkippedChanges found = known.get(listener);
            if (found == null) {
                found = store.read(listener);
                known.put(listener, found);
            }
            return found;
        } catch (IOException e) {
            throw new WalStorageException(
                    "What listener " + listener + " has skipped could not be read in " + storage.directory() + ": " + e,
                    e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Remembers, durably, that a listener has given a change up.
     *
     * @throws WalStorageException if that could not be written: what was remembered before holds
     * @throws dev.wal.common.WalCorruptedException if its file is damaged
     * @throws WalClosedException if the log was closed
     */
    public void record(String listener, SkippedChange change) {
        lock.lock();
        try {
            if (closed) {
                throw new WalClosedException("The log in " + storage.directory()
                        + " is closed. That a change was skipped was not recorded.");
            }
            SkippedChanges changed = of(listener).with(change);
            store.write(listener, changed);
            known.put(listener, changed);
        } catch (IOException e) {
            throw new WalStorageException(
                    "That listener " + listener + " skips the change at position " + change.position()
                            + " could not be written in " + storage.directory() + ": " + e
                            + ". What it skipped before is remembered; try again when the cause is mended.",
                    e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets what a listener has given up, for good.
     *
     * @throws IOException if its file could not be deleted; asked once more, it is tried again
     */
    void remove(String listener) throws IOException {
        lock.lock();
        try {
            known.remove(listener);
            store.delete(listener);
        } finally {
            lock.unlock();
        }
    }

    private static void checkId(String listener) {
        if (!FileNames.isConsumerId(listener)) {
            throw new IllegalArgumentException("\"" + listener + "\" cannot name a listener: an id has 1 to 100 ASCII"
                    + " letters, digits, dots, hyphens and underscores, and begins with a letter or digit");
        }
    }

    /** Waits for what is being written, and refuses to write any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
