package dev.wal.cli;

import dev.wal.SnapshotFile;
import dev.wal.TransactionOptions;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.Durability;
import dev.wal.record.WalRecord;
import dev.wal.recovery.CommittedTransaction;
import dev.wal.recovery.LogInspector;
import dev.wal.state.Snapshots;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A log that is made of another one's transactions. */
final class NewLog implements AutoCloseable {
    private final WalManager wal;
    private final CommitClock clock;

    private NewLog(WalManager wal, CommitClock clock) {
        this.wal = wal;
        this.clock = clock;
    }

    /**
     * Lays the directory out: snapshots first, then the manifest that names them, so that a log is there only when all is.
     *
     * @param bases per partition, the checkpoint on which the transactions that will be written rest
     */
    static void create(LogInspector source, Manifest manifest, List<Optional<PartitionCheckpoint>> bases, Path target) {
        Storage storage = Storage.of(target);
        long logId = new SecureRandom().nextLong() | 1;
        List<Manifest.Partition> partitions = new ArrayList<>();
        try {
            storage.createDirectory();
            for (int partition = 0; partition < bases.size(); partition++) {
                Optional<PartitionCheckpoint> base = bases.get(partition);
                if (base.isEmpty()) {
                    partitions.add(new Manifest.Partition(0, List.of()));
                    continue;
                }
                PartitionCheckpoint old = base.get();
                String name = old.hasSnapshot() ? FileNames.snapshot(partition, 0) : "";
                if (old.hasSnapshot()) {
                    Snapshots.copy(
                            SnapshotFiles.file(source, manifest, partition, old),
                            new SnapshotFile(storage, name, logId, partition, old.lsn(), 0, old.timeMicros()));
                }
                partitions.add(new Manifest.Partition(
                        old.lsn(), List.of(new PartitionCheckpoint(old.lsn(), 0, 0, old.timeMicros(), name))));
            }
            storage.forceDirectory();
            new ManifestStore(storage).write(new Manifest(logId, 0, 1, 0, partitions));
        } catch (IOException e) {
            throw new UncheckedIOException("The new log in " + target + " cannot be written: " + e, e);
        }
    }

    /** @param segmentSize of the new log, or empty for the default */
    static NewLog open(Path target, int partitions, OptionalLong segmentSize) {
        CommitClock clock = new CommitClock();
        // Forced once at the end: until then nobody relies on it.
        WalOptions.Builder options = WalOptions.builder(target)
                .partitions(partitions)
                .durability(Durability.noSync())
                .clock(clock);
        segmentSize.ifPresent(options::segmentSize);
        return new NewLog(WalManager.open(options.build()), clock);
    }

    /** Commits a transaction as it was committed; returns the number of its changes. */
    long write(CommittedTransaction transaction) {
        clock.set(transaction.commitTimeMicros());
        if (transaction.transactionId() == WalRecord.NO_TRANSACTION) {
            return writeAlone(transaction);
        }
        return transaction.transactionId() < 0 ? writeOfEngine(transaction) : writeOfCaller(transaction);
    }

    private long writeAlone(CommittedTransaction transaction) {
        List<WalRecord> records = new ArrayList<>();
        transaction.changes().forEach(change -> records.add(change.record()));
        wal.batchAppend(transaction.partition(), records);
        return records.size();
    }

    private long writeOfEngine(CommittedTransaction source) {
        TransactionOptions options = TransactionOptions.defaults().withIsolationLevel(source.isolationLevel());
        try (WalTransaction transaction = wal.begin(options)) {
            source.changes().forEach(change -> write(transaction, change.record()));
            long changes = transaction.operations();
            transaction.commit();
            return changes;
        }
    }

    private static void write(WalTransaction transaction, WalRecord.Data record) {
        String table = record.table();
        int partition = record.partition();
        long rowId = record.rowId();
        if (record instanceof WalRecord.Insert insert) {
            transaction.insert(table, partition, rowId, insert.data());
        } else if (record instanceof WalRecord.Update update) {
            transaction.update(table, partition, rowId, update.oldData(), update.newData());
        } else if (record instanceof WalRecord.Delete delete) {
            transaction.delete(table, partition, rowId, delete.oldData(), delete.timestampMicros());
        }
    }

    private long writeOfCaller(CommittedTransaction transaction) {
        long[] changes = new long[1];
        int partition = transaction.partition();
        long id = transaction.transactionId();
        wal.logBegin(partition, id, transaction.isolationLevel());
        transaction.changes().forEach(change -> {
            wal.batchAppend(partition, List.of(change.record()));
            changes[0]++;
        });
        wal.logCommit(partition, id, transaction.commitTs());
        return changes[0];
    }

    /** Has all of it on the disk. */
    void finish() {
        wal.sync();
    }

    @Override
    public void close() {
        wal.close();
    }
}
