package dev.wal.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** Logs of more and more partitions, with a record in each. */
final class PartitionGrowth implements Growth {
    @Override
    public String title() {
        return "Partitions, one record in each";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "partitions", "commit in all, ms", "checkpoint of all, ms", "open, ms", "file descriptors", "segments");
    }

    @Override
    public double[] measure(long size, Path directory) {
        int partitions = (int) size;
        WalOptions options = WalOptions.builder(directory)
                .partitions(partitions)
                .durability(Durability.groupCommit())
                .build();
        double commit;
        double checkpoint;
        try (WalManager manager = WalManager.open(options)) {
            commit = millis(() -> commitInAll(manager, partitions));
            checkpoint = millis(manager::checkpointAll);
            commitInAll(manager, partitions);
        }
        double before = fileDescriptors();
        long start = System.nanoTime();
        try (WalManager manager = WalManager.open(options)) {
            double open = (System.nanoTime() - start) / 1e6;
            return new double[] {
                commit,
                checkpoint,
                open,
                fileDescriptors() - before,
                manager.status().segments()
            };
        }
    }

    private static void commitInAll(WalManager manager, int partitions) {
        Row row = Engine.row();
        try (WalTransaction transaction = manager.begin()) {
            for (int partition = 0; partition < partitions; partition++) {
                transaction.insert(Engine.TABLE, partition, 1, row);
            }
            transaction.commit();
        }
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    /** That this process has open; not a number where the system does not tell. */
    private static double fileDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : Double.NaN;
    }
}
