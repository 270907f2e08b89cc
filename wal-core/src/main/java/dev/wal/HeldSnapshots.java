package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes obsolete snapshots, but not while they are being copied. Safe for use by several threads. */
final class HeldSnapshots {
    private static final Logger logger = LoggerFactory.getLogger(HeldSnapshots.class);

    private final Storage storage;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<String, Integer> holders = new HashMap<>();
    private final Set<String> obsolete = new HashSet<>();

    HeldSnapshots(Storage storage) {
        this.storage = storage;
    }

    /** Keeps the snapshots of a manifest until it is closed. For one thread. */
    final class Hold implements AutoCloseable {
        private final Manifest manifest;
        private final Set<String> names;

        private Hold(Manifest manifest) {
            this.manifest = manifest;
            this.names = manifest.partitions().stream()
                    .flatMap(partition -> partition.checkpoints().stream())
                    .filter(PartitionCheckpoint::hasSnapshot)
                    .map(PartitionCheckpoint::snapshot)
                    .collect(Collectors.toSet());
        }

        Manifest manifest() {
            return manifest;
        }

        @Override
        public void close() {
            release(names);
        }
    }

    /** @param current asked under the lock: what it names cannot have been deleted yet */
    Hold hold(Supplier<Manifest> current) {
        lock.lock();
        try {
            Hold hold = new Hold(current.get());
            hold.names.forEach(name -> holders.merge(name, 1, Integer::sum));
            return hold;
        } finally {
            lock.unlock();
        }
    }

    /** Deletes snapshots that the manifest names no more, those that are held as soon as they are let go of. The empty name of a checkpoint without a snapshot is none. */
    void delete(Collection<String> names) throws IOException {
        lock.lock();
        try {
            for (String name : names) {
                if (holders.containsKey(name)) {
                    obsolete.add(name);
                } else if (!name.isEmpty()) {
                    storage.delete(name);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void release(Set<String> names) {
        lock.lock();
        try {
            for (String name : names) {
                holders.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
                if (!holders.containsKey(name) && obsolete.remove(name)) {
                    storage.delete(name);
                }
            }
        } catch (IOException e) {
            logger.warn("An obsolete snapshot in {} is left for the next open to delete", storage.directory(), e);
        } finally {
            lock.unlock();
        }
    }
}
