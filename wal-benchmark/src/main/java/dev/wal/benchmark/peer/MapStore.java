package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.nio.file.Path;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2's MVStore (MPL-2.0 or EPL-1.0): those who wait for the store to be written and forced share that. */
final class MapStore implements Contender.Session {
    private final Work work;
    private final MVStore store;
    private final MVMap<Integer, byte[]> map;
    private final SharedForce force;

    /** The store must not be written between two operations of a transaction. */
    private final ReadWriteLock whole = new ReentrantReadWriteLock();

    MapStore(Path directory, Work work) {
        this.work = work;
        store = new MVStore.Builder()
                .fileName(directory.resolve("store.mv").toString())
                .autoCommitDisabled()
                .open();
        map = store.openMap("t");
        force = new SharedForce(this::write);
    }

    private void write() {
        whole.writeLock().lock();
        try {
            store.commit();
        } finally {
            whole.writeLock().unlock();
        }
        store.sync();
    }

    @Override
    public Contender.Committer committer(int thread) {
        long[] commits = new long[1];
        return () -> {
            put(work.firstKey(thread, commits[0]++));
            if (work.forced()) {
                force.await();
            }
        };
    }

    private void put(int first) {
        whole.readLock().lock();
        try {
            for (int i = 0; i < work.operations(); i++) {
                map.put(first + i, work.value());
            }
        } finally {
            whole.readLock().unlock();
        }
    }

    @Override
    public long forces() {
        return force.forces();
    }

    @Override
    public void close() {
        store.close();
    }
}
