package dev.wal;

import dev.wal.common.Durability;
import dev.wal.common.WalClosedException;
import dev.wal.interleaving.HeapFiles;
import dev.wal.interleaving.Scenario;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A whole log: transactions over two partitions that spill, callers' own, a reader, and often one who closes it too early. */
public final class ManagerScenario implements Scenario {
    private static final int SEGMENT_SIZE = 16 * 1024;
    private static final int LEAST_TRANSACTION_SIZE = 1024;

    private final HeapFiles files = new HeapFiles();
    private final List<Long> acknowledged = new ArrayList<>();

    @Override
    public void run(Run run) {
        WalManager wal = open(run.choose(2) == 0 ? Durability.groupCommit() : Durability.synchronous());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long first = 10L * (i + 1);
            int bytes = List.of(8, 900, 3_000).get(run.choose(3));
            threads.add(run.start("transactions from " + first, () -> {
                for (long row = first; row < first + 2; row++) {
                    transaction(wal, row, bytes);
                }
            }));
        }
        threads.add(run.start("caller", () -> callersTransaction(wal)));
        threads.add(run.start("reader", () -> unlessClosed(() -> wal.replay(change -> {}))));
        if (run.choose(2) == 0) {
            threads.add(run.start("closer", wal::close));
        }
        if (run.choose(2) == 0) {
            threads.add(run.start("requester", () -> unlessClosed(wal::sync)));
        }
        threads.forEach(run::join);
        wal.close();
        checkWhatComesBack();
    }

    private WalManager open(Durability durability) {
        return WalManager.open(WalOptions.builder(files.directory())
                .storage(files)
                .partitions(2)
                .durability(durability)
                .segmentSize(SEGMENT_SIZE)
                .maxTransactionSize(LEAST_TRANSACTION_SIZE)
                .build());
    }

    private static Row row(int bytes) {
        return Row.of(Value.of(new byte[bytes]));
    }

    private void transaction(WalManager wal, long row, int bytes) {
        unlessClosed(() -> {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert("table", 0, row, row(bytes));
                transaction.insert("table", 1, row, row(bytes));
                transaction.commit();
                acknowledged.add(row);
            }
        });
    }

    private void callersTransaction(WalManager wal) {
        unlessClosed(() -> {
            wal.logBegin(0, 1, 0);
            wal.logInsert(1L, "table", 0, 1, row(8));
            wal.logCommit(0, 1, 0);
            acknowledged.add(1L);
        });
    }

    private static void unlessClosed(Runnable action) {
        try {
            action.run();
        } catch (WalClosedException e) {
            // It came too late.
        }
    }

    private void checkWhatComesBack() {
        Map<Long, Integer> found = new TreeMap<>();
        try (WalManager wal = open(Durability.groupCommit())) {
            List<WalChange> changes = new ArrayList<>();
            wal.replay(changes::add);
            changes.forEach(change -> found.merge(change.rowId(), 1, Integer::sum));
        }
        for (long row : acknowledged) {
            if (!found.containsKey(row)) {
                throw new AssertionError("row " + row + " was acknowledged, and did not come back: " + found);
            }
        }
        found.forEach((row, count) -> {
            if (count != (row == 1 ? 1 : 2)) {
                throw new AssertionError("row " + row + " came back " + count + " times");
            }
        });
    }
}
