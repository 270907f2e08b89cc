package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opening a log to which more and more was written, with a checkpoint after each 256 MiB and one at its end. */
final class HistoryGrowth implements Growth {
    private static final int RECORDS_OF_TRANSACTION = 64;

    @Override
    public String title() {
        return "Opening a log after a checkpoint";
    }

    @Override
    public List<String> columns() {
        return List.of("bytes ever written", "open, ms", "MiB on the disk", "records read");
    }

    @Override
    public double[] measure(long size, Path directory) throws IOException {
        write(size, directory);
        WalOptions options =
                WalOptions.builder(directory).partitions(Engine.PARTITIONS).build();
        long start = System.nanoTime();
        try (WalManager manager = WalManager.open(options)) {
            double open = (System.nanoTime() - start) / 1e6;
            long[] records = new long[1];
            manager.replay(change -> records[0]++);
            return new double[] {open, manager.status().bytes() / (double) (1 << 20), records[0]};
        }
    }

    private static void write(long size, Path directory) throws IOException {
        Row row = Engine.row();
        try (Engine engine = Engine.open(directory, Durability.noSync())) {
            WalManager manager = engine.manager();
            long start = manager.status().position();
            long position = start;
            for (int i = 0; position - start < size; i++) {
                position = Engine.commit(manager, i % Engine.PARTITIONS, RECORDS_OF_TRANSACTION, row);
            }
            // Waits for the one that may be running.
            manager.checkpointChanged();
        }
    }
}
