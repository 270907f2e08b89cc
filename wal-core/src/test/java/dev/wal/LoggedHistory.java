package dev.wal;

import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A log that is written to by operations of all kinds, and what it committed, as its state was told. */
final class LoggedHistory implements AutoCloseable {
    /** Kinds of operations, numbered from 0. */
    static final int OPERATIONS = 12;

    private final MemoryStorage storage = new MemoryStorage();
    private final ManualClock clock = new ManualClock();
    private final List<Committed> commits = new ArrayList<>();
    private WalManager wal;
    private long nextRow;
    private long nextTransaction;
    private boolean live;

    /** A row, where it was committed, and when, as the engine saw it. */
    record Committed(long row, long position, Instant time) {}

    LoggedHistory() {
        wal = open();
    }

    private WalManager open() {
        live = false;
        WalManager opened = WalManager.open(
                Logs.options(storage).maxTransactionSize(1024).clock(clock).build());
        opened.attach(new RowsState(this::applied));
        live = true;
        return opened;
    }

    private void applied(WalChange change) {
        if (live) {
            commits.add(new Committed(change.rowId(), change.position(), clock.instant()));
        }
    }

    MemoryStorage storage() {
        return storage;
    }

    WalManager wal() {
        return wal;
    }

    List<Committed> commits() {
        return commits;
    }

    /** Rows that were committed and fulfil a condition, and where. */
    Map<Long, Long> rows(Predicate<Committed> which) {
        Map<Long, Long> rows = new TreeMap<>();
        commits.stream().filter(which).forEach(commit -> rows.put(commit.row(), commit.position()));
        return rows;
    }

    void operateAll(List<Integer> operations) {
        operations.forEach(this::operate);
    }

    void operate(int operation) {
        if (operation % 3 > 0) {
            clock.advance(Duration.ofMillis(operation));
        }
        int partition = (int) (nextRow % Logs.PARTITIONS);
        switch (operation) {
            case 0, 1 -> Logs.commitRow(wal, partition, nextRow++);
            case 2 -> commitOverPartitions();
            case 3, 4 -> commitBatch(partition, Logs.large(3000));
            case 5 -> commitWhileOthersCommit(partition);
            case 6 -> wal.logBegin(partition, nextTransaction++, 0);
            case 7 -> spill();
            case 8 -> commitBatch(partition, Logs.row(1));
            case 9 -> wal.checkpoint(partition);
            case 10 -> wal.checkpointAll();
            case 11 -> {
                wal.close();
                wal = open();
            }
            default -> throw new AssertionError(operation);
        }
    }

    private void commitOverPartitions() {
        try (WalTransaction transaction = wal.begin()) {
            for (int i = 0; i < Logs.PARTITIONS; i++) {
                transaction.insert(Logs.TABLE, i, nextRow, Logs.row(nextRow));
                nextRow++;
            }
            transaction.commit();
        }
    }

    private void commitWhileOthersCommit(int partition) {
        long id = nextTransaction++;
        wal.logBegin(partition, id, 0);
        wal.logInsert(id, Logs.TABLE, partition, nextRow++, Logs.row(1));
        Logs.commitRow(wal, (partition + 1) % Logs.PARTITIONS, nextRow++);
        wal.logInsert(id, Logs.TABLE, partition, nextRow++, Logs.row(1));
        wal.logCommit(partition, id, 42);
    }

    /** A transaction that is larger than what stays in memory, partly rolled back. */
    private void spill() {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert(Logs.TABLE, 0, nextRow++, Logs.large(900));
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            transaction.insert(Logs.TABLE, 1, nextRow++, Logs.large(900));
            transaction.rollbackTo(savepoint);
            transaction.insert(Logs.TABLE, 2, nextRow++, Logs.large(900));
            transaction.insert(Logs.TABLE, 0, nextRow++, Logs.large(900));
            transaction.commit();
        }
    }

    private void commitBatch(int partition, Row row) {
        long id = nextTransaction++;
        wal.batchAppend(
                partition,
                List.of(
                        new WalRecord.Begin(id, partition, 0),
                        new WalRecord.Insert(id, Logs.TABLE, partition, nextRow++, row),
                        new WalRecord.Commit(id, partition, 7)));
    }

    /** Ends writing. */
    void end() {
        wal.close();
    }

    @Override
    public void close() {
        end();
    }
}
