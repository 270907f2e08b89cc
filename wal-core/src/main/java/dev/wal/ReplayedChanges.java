package dev.wal;

import dev.wal.common.StateFailedException;
import dev.wal.common.WalException;
import dev.wal.log.LogThreads;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.recovery.ReplayHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Applies what is read from the log to a state machine, in order. Changes are taken in chunks: while the caller reads on, helpers prepare chunks, and, where the state machine takes changes from any thread, apply those
 * whose turn has come; all else the caller does. Holds a bounded number of changes in memory. For one thread, in which everything fails that fails.
 */
final class ReplayedChanges implements ReplayHandler, AutoCloseable {
    private static final int CHUNK_CHANGES = 512;

    /** In bytes of texts and byte arrays: what else a row has is small. */
    private static final long CHUNK_SIZE = 1 << 20;

    private static final int CHUNKS_PER_HELPER = 4;

    private final StateMachine machine;
    private final Path directory;
    private final LogThreads threads;
    private final RecoveringThreads inside;
    private final boolean appliedByHelpers;

    /** Held by who applies. */
    private final ReentrantLock applying = new ReentrantLock();

    /** In order, those that are not applied whole. Added by the caller, removed by who applies. */
    private final Queue<Chunk> chunks = new ConcurrentLinkedQueue<>();

    private Chunk filling = new Chunk();

    /** Guarded by applying. */
    private long applied;

    /** What ended applying. */
    private volatile @Nullable Throwable failure;

    /**
     * @param directory of the log, for messages
     * @param inside has those marked that prepare and apply
     */
    ReplayedChanges(StateMachine machine, Path directory, LogThreads threads, RecoveringThreads inside) {
        this.machine = machine;
        this.directory = directory;
        this.threads = threads;
        this.inside = inside;
        this.appliedByHelpers = machine.recoversInAnyThread();
    }

    @Override
    public void change(WalChange change) {
        filling.add(change);
        if (filling.isFull()) {
            Chunk full = filling;
            filling = new Chunk();
            chunks.add(full);
            threads.help(() -> help(full));
            if (chunks.size() > threads.helpers() * CHUNKS_PER_HELPER) {
                applyFirst();
            }
            throwIfFailed();
        }
    }

    /** Applies what is left, and returns how many changes were applied in all. */
    long finish() {
        chunks.add(filling);
        while (failure == null && !chunks.isEmpty()) {
            applyFirst();
        }
        throwIfFailed();
        applying.lock();
        try {
            return applied;
        } finally {
            applying.unlock();
        }
    }

    private void throwIfFailed() {
        Throwable cause = failure;
        if (cause != null) {
            throw SharedTask.asItIs(cause);
        }
    }

    private void help(Chunk chunk) {
        chunk.prepared.run();
        // Asked again when the lock was let go of: who prepared a chunk meanwhile has left it to the one who held it.
        while (appliedByHelpers && isFirstPrepared() && applying.tryLock()) {
            applyPreparedAndUnlock();
        }
    }

    /** Has the first chunk applied, by the caller if no helper does. */
    private void applyFirst() {
        Chunk first = chunks.peek();
        if (first != null) {
            first.prepared.run();
            first.prepared.awaitDone();
            applying.lock();
            applyPreparedAndUnlock();
        }
    }

    private boolean isFirstPrepared() {
        Chunk first = chunks.peek();
        return failure == null && first != null && first.prepared.isDone();
    }

    /** Applies chunks until one comes that is not prepared. */
    private void applyPreparedAndUnlock() {
        boolean entered = false;
        try {
            entered = inside.enter();
            while (isFirstPrepared()) {
                apply(chunks.element());
                chunks.remove();
            }
        } catch (Throwable e) {
            // Whatever it is: what stays first would be applied once more.
            failure = e;
        } finally {
            if (entered) {
                inside.leave();
            }
            applying.unlock();
        }
    }

    private void apply(Chunk chunk) {
        List<PreparedChange> prepared = chunk.prepared.join();
        for (int i = 0; i < chunk.changes.size(); i++) {
            WalChange change = chunk.changes.get(i);
            try {
                prepared.get(i).apply(change);
            } catch (WalException e) {
                throw e;
            } catch (Exception e) {
                throw new StateFailedException(
                        "The change at position " + change.position() + ", LSN " + change.lsn() + " of partition "
                                + change.partition() + " in table '" + change.table()
                                + "' could not be applied while the log in " + directory + " was being recovered: "
                                + e
                                + ". The log is as it was. Mend the state, or run the version of the program that wrote it.",
                        e);
            }
        }
        applied += chunk.changes.size();
    }

    /** Nothing is prepared or applied any more. */
    @Override
    public void close() {
        applying.lock();
        try {
            chunks.forEach(chunk -> chunk.prepared.giveUp());
            chunks.clear();
        } finally {
            applying.unlock();
        }
    }

    /** Changes that follow each other. */
    private final class Chunk {
        private final List<WalChange> changes = new ArrayList<>();
        private final SharedTask<List<PreparedChange>> prepared = new SharedTask<>(this::prepare);
        private long size;

        private void add(WalChange change) {
            changes.add(change);
            size += sizeOf(change.record());
        }

        private boolean isFull() {
            return changes.size() >= CHUNK_CHANGES || size >= CHUNK_SIZE;
        }

        private List<PreparedChange> prepare() {
            List<PreparedChange> all = new ArrayList<>(changes.size());
            boolean entered = inside.enter();
            try {
                changes.forEach(change -> all.add(prepare(change)));
            } finally {
                if (entered) {
                    inside.leave();
                }
            }
            return all;
        }

        /** What preparing throws is thrown when it is the turn of the change. */
        private PreparedChange prepare(WalChange change) {
            try {
                return machine.prepare(change.record());
            } catch (Throwable e) {
                return committed -> {
                    throw SharedTask.asItIs(e);
                };
            }
        }
    }

    private static long sizeOf(WalRecord.Data record) {
        if (record instanceof WalRecord.Insert insert) {
            return sizeOf(insert.data());
        }
        if (record instanceof WalRecord.Update update) {
            return sizeOf(update.oldData()) + sizeOf(update.newData());
        }
        return record instanceof WalRecord.Delete delete ? sizeOf(delete.oldData()) : 0;
    }

    private static long sizeOf(@Nullable Row row) {
        long size = 0;
        if (row != null) {
            for (Value value : row.values()) {
                if (value instanceof Value.Bytes bytes) {
                    size += bytes.length();
                } else if (value instanceof Value.Text text) {
                    size += 2L * text.value().length();
                } else if (value instanceof Value.Vector vector) {
                    size += (long) vector.length() * Float.BYTES;
                }
            }
        }
        return size;
    }
}
