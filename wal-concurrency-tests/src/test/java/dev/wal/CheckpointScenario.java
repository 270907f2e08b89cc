package dev.wal;

import dev.wal.interleaving.HeapFiles;
import dev.wal.interleaving.Scenario;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checkpoints beside transactions that fill segments and a reader: what was committed after the last checkpoint comes back. */
public final class CheckpointScenario implements Scenario {
    private static final int SEGMENT_SIZE = 16 * 1024;

    private final HeapFiles files = new HeapFiles();
    private final Set<Long> committed = new TreeSet<>();
    private Set<Long> committedBeforeLastCheckpoint = Set.of();

    @Override
    public void run(Run run) {
        WalManager wal = open();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long first = 10L * (i + 1);
            threads.add(run.start("transactions from " + first, () -> {
                for (long row = first; row < first + 3; row++) {
                    transaction(wal, row);
                }
            }));
        }
        threads.add(run.start("reader", () -> wal.replay(change -> {})));
        threads.add(run.start("checkpoints", () -> {
            for (int i = 0; i < 2; i++) {
                Set<Long> before = new TreeSet<>(committed);
                wal.checkpointAll();
                committedBeforeLastCheckpoint = before;
            }
        }));
        threads.forEach(run::join);
        wal.close();
        Set<Long> found = new TreeSet<>();
        try (WalManager again = open()) {
            again.replay(change -> found.add(change.rowId()));
        }
        if (found.stream().anyMatch(committedBeforeLastCheckpoint::contains) || !committed.containsAll(found)) {
            throw new AssertionError(found + " came back; " + committedBeforeLastCheckpoint + " is in the checkpoint");
        }
    }

    private WalManager open() {
        return WalManager.open(WalOptions.builder(files.directory())
                .storage(files)
                .partitions(2)
                .segmentSize(SEGMENT_SIZE)
                .build());
    }

    private void transaction(WalManager wal, long row) {
        try (WalTransaction transaction = wal.begin()) {
            transaction.insert("table", 0, row, Row.of(Value.of(new byte[3_000])));
            transaction.insert("table", 1, row, Row.of(Value.of(new byte[3_000])));
            transaction.commit();
            committed.add(row);
        }
    }
}
