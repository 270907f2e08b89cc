package dev.wal;

import dev.wal.common.StateFailedException;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.recovery.ReplayHandler;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Applies what is read from the log to a state machine, in order, in the thread that reads. Changes are prepared in chunks by other threads meanwhile; a chunk that nobody has begun when it is its turn is
 * prepared by the reader. Holds a bounded number of changes in memory. For one thread.
 */
final class ReplayedChanges implements ReplayHandler, AutoCloseable {
    private static final int CHUNK_CHANGES = 512;

    /** In bytes of texts and byte arrays: what else a row has is small. */
    private static final long CHUNK_SIZE = 1 << 20;

    private static final int CHUNKS_PER_WORKER = 4;

    private final StateMachine machine;
    private final Path directory;
    private final RecoveryWorkers workers;
    private final Queue<Chunk> chunks = new ArrayDeque<>();
    private Chunk filling = new Chunk();
    private long applied;

    /** @param directory of the log, for messages */
    ReplayedChanges(StateMachine machine, Path directory, RecoveryWorkers workers) {
        this.machine = machine;
        this.directory = directory;
        this.workers = workers;
    }

    @Override
    public void change(WalChange change) {
        filling.add(change);
        if (filling.isFull()) {
            Chunk full = filling;
            filling = new Chunk();
            chunks.add(full);
            workers.execute(full::prepareOnce);
            if (chunks.size() > workers.count() * CHUNKS_PER_WORKER) {
                apply(chunks.remove());
            }
        }
    }

    /** Applies what is left, and returns how many changes were applied in all. */
    long finish() {
        chunks.forEach(this::apply);
        chunks.clear();
        apply(filling);
        return applied;
    }

    private void apply(Chunk chunk) {
        chunk.awaitPrepared();
        for (int i = 0; i < chunk.changes.size(); i++) {
            WalChange change = chunk.changes.get(i);
            try {
                chunk.prepared.get(i).apply(change);
            } catch (WalException e) {
                throw e;
            } catch (RuntimeException e) {
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

    /** Nothing of it is prepared any more. */
    @Override
    public void close() {
        chunks.forEach(Chunk::giveUp);
    }

    private final class Chunk {
        private final List<WalChange> changes = new ArrayList<>();
        private final List<PreparedChange> prepared = new ArrayList<>();
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);
        private long size;

        private void add(WalChange change) {
            changes.add(change);
            size += sizeOf(change.record());
        }

        private boolean isFull() {
            return changes.size() >= CHUNK_CHANGES || size >= CHUNK_SIZE;
        }

        private void prepareOnce() {
            if (begun.compareAndSet(false, true)) {
                try {
                    for (WalChange change : changes) {
                        prepared.add(prepare(change));
                    }
                } finally {
                    done.countDown();
                }
            }
        }

        /** What preparing throws is thrown when it is the turn of the change. */
        private PreparedChange prepare(WalChange change) {
            try {
                return machine.prepare(change.record());
            } catch (RuntimeException | Error e) {
                return committed -> {
                    throw e;
                };
            }
        }

        private void awaitPrepared() {
            prepareOnce();
            boolean interrupted = false;
            while (done.getCount() > 0) {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void giveUp() {
            begun.set(true);
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
