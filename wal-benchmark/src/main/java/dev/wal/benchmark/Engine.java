package dev.wal.benchmark;

import dev.wal.CommitReceipt;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/** The log that is measured, and what its users do. */
final class Engine implements Contender.Session {
    static final int VALUE_SIZE = 256;
    static final int PARTITIONS = 4;
    static final String TABLE = "t";

    private final CheckpointBySize checkpoints = new CheckpointBySize();
    private final WalManager manager;
    private final Work work;

    /** What a thread does over and over. */
    private interface Work {
        Contender.Committer committer(WalManager manager, int partition);
    }

    private Engine(Path directory, Durability durability, Work work) {
        this.work = work;
        this.manager = WalManager.open(WalOptions.builder(directory)
                .partitions(PARTITIONS)
                .durability(durability)
                .observer(checkpoints)
                .build());
        checkpoints.of(manager);
    }

    /** Threads that commit transactions of a number of operations. */
    static Contender transactions(String name, Durability durability, int operations, int threads) {
        Work work = (manager, partition) -> {
            Row row = row();
            return () -> commit(manager, partition, operations, row);
        };
        return new Contender(name, threads, 1, directory -> new Engine(directory, durability, work));
    }

    /** Threads that log single records. */
    static Contender inserts(String name, Durability durability, int threads) {
        Work work = (manager, partition) -> {
            Row row = row();
            return () -> manager.logInsert(TABLE, partition, 1, row);
        };
        return new Contender(name, threads, 1, directory -> new Engine(directory, durability, work));
    }

    /** Threads that commit what they like. */
    static Contender committing(
            String name, Durability durability, int threads, ObjIntConsumer<WalManager> transaction) {
        Work work = (manager, partition) -> () -> transaction.accept(manager, partition);
        return new Contender(name, threads, 1, directory -> new Engine(directory, durability, work));
    }

    /** An engine for those who commit by themselves. */
    static Engine open(Path directory, Durability durability) {
        return new Engine(directory, durability, (manager, partition) -> {
            throw new IllegalStateException("It was opened for commits of others");
        });
    }

    WalManager manager() {
        return manager;
    }

    static Row row() {
        return Row.of(Value.of(new byte[VALUE_SIZE]));
    }

    /** Commits a transaction, and returns its position. */
    static long commit(WalManager manager, int partition, int operations, Row row) {
        try (WalTransaction transaction = manager.begin()) {
            for (int i = 0; i < operations; i++) {
                transaction.insert(TABLE, partition, i, row);
            }
            return transaction.commit().position();
        }
    }

    /** The same without waiting. */
    static CompletableFuture<CommitReceipt> commitAsync(WalManager manager, int partition, int operations, Row row) {
        try (WalTransaction transaction = manager.begin()) {
            for (int i = 0; i < operations; i++) {
                transaction.insert(TABLE, partition, i, row);
            }
            return transaction.commitAsync();
        }
    }

    /** Bytes that a transaction of a number of operations takes in the log, found by trying. */
    static int transactionSize(Path directory, int operations) throws IOException {
        return frameSize(directory, manager -> commit(manager, 0, operations, row()));
    }

    /** Bytes that a single record takes in the log. */
    static int insertSize(Path directory) throws IOException {
        return frameSize(directory, manager -> manager.logInsert(TABLE, 0, 1, row()));
    }

    private static int frameSize(Path directory, Consumer<WalManager> write) throws IOException {
        Directories.delete(directory);
        try (WalManager manager = WalManager.open(
                WalOptions.builder(directory).durability(Durability.noSync()).build())) {
            long before = manager.status().position();
            write.accept(manager);
            return Math.toIntExact(manager.status().position() - before);
        } finally {
            Directories.delete(directory);
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        return work.committer(manager, thread % PARTITIONS);
    }

    @Override
    public long forces() {
        return checkpoints.forces();
    }

    @Override
    public void close() {
        checkpoints.close();
        manager.close();
    }
}
