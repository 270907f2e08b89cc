package dev.wal.listener;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** A log in memory with listeners, which come back after a restart. */
final class ListenedLog implements AutoCloseable {
    static final String TABLE = "accounts";
    static final String OTHER_TABLE = "other";
    private static final int SEGMENT_SIZE = 16 * 1024;

    private MemoryStorage storage = new MemoryStorage();
    private final TestTiming timing = new TestTiming();
    private WalManager wal = WalManager.open(options().build());
    private WalListeners listeners = new WalListeners(wal, timing);
    private long nextFiller = 1_000_000;

    /** What a handler took. */
    static final class Taken implements ChangeHandler {
        private final List<WalChange> changes = new CopyOnWriteArrayList<>();

        @Override
        public void handle(WalChange change) {
            changes.add(change);
        }

        List<WalChange> changes() {
            return changes;
        }

        List<Long> rows() {
            return changes.stream().map(WalChange::rowId).toList();
        }

        /** Waits until so many changes came, and returns their rows. */
        List<Long> await(int count) {
            Await.until(() -> changes.size() >= count);
            return rows();
        }
    }

    private WalOptions.Builder options() {
        return WalOptions.builder(storage.directory())
                .storage(storage)
                .partitions(4)
                .segmentSize(SEGMENT_SIZE);
    }

    MemoryStorage storage() {
        return storage;
    }

    TestTiming timing() {
        return timing;
    }

    WalManager wal() {
        return wal;
    }

    WalListeners listeners() {
        return listeners;
    }

    /** Closes the log, and opens it again, with listeners to be added anew. */
    void reopen() {
        close();
        wal = WalManager.open(options().build());
        listeners = new WalListeners(wal, timing);
    }

    /** As {@link #reopen}: whatever checkpoints make obsolete is dropped. */
    void reopenKeepingNothingForConsumers() {
        close();
        wal = WalManager.open(options().maxRetainedForConsumers(0).build());
        listeners = new WalListeners(wal, timing);
    }

    /** Goes on with what another process finds after this one was killed. */
    void crash(MemoryStorage left) {
        storage.heal();
        close();
        storage = left;
        wal = WalManager.open(options().build());
        listeners = new WalListeners(wal, timing);
    }

    static Row row(long value) {
        return Row.of(Value.of(value));
    }

    /** Commits a transaction with a change of each row. */
    void commit(long... rows) {
        commitTo(TABLE, rows);
    }

    void commitTo(String table, long... rows) {
        try (WalTransaction transaction = wal.begin()) {
            LongStream.of(rows).forEach(row -> transaction.insert(table, (int) (row % 4), row, row(row)));
            transaction.commit();
        }
    }

    /** Commits to another table until so many more segments are full. */
    void fillSegments(int segments) {
        int until = wal.status().segments() + segments;
        while (wal.status().segments() < until) {
            wal.logInsert("filler", 2, nextFiller++, Row.of(Value.of(new byte[900])));
        }
    }

    void start(ListenerOptions.Builder options, ChangeHandler handler) {
        ListenerOptions built = options.build();
        listeners.add(built, handler);
        listeners.start(built.id());
    }

    void stop(String id) {
        if (!listeners.stop(id, Await.PATIENCE)) {
            throw new AssertionError("the listener did not end");
        }
    }

    void awaitState(String id, ListenerState state) {
        Await.until(() -> listeners.status(id).state() == state);
    }

    /** Waits until a listener has no lag. */
    void awaitIdle(String id) {
        Await.until(() -> listeners.status(id).position() == wal.status().position());
    }

    @Override
    public void close() {
        boolean ended = listeners.stopAll(Duration.ofSeconds(20));
        listeners.close();
        wal.close();
        if (!ended) {
            throw new AssertionError("a listener did not end");
        }
    }
}
