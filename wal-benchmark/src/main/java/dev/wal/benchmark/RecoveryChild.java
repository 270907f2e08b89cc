package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;

/** Opens a log and replays it, in a JVM of its own, and prints a {@link RecoveryFigures}. */
final class RecoveryChild {
    private RecoveryChild() {}

    public static void main(String[] arguments) throws IOException {
        WalOptions options = WalOptions.builder(Path.of(arguments[0]))
                .partitions(Engine.PARTITIONS)
                .build();
        long[] records = new long[1];
        long start = System.nanoTime();
        long opened;
        long replayed;
        try (WalManager manager = WalManager.open(options)) {
            opened = System.nanoTime();
            manager.replay(change -> records[0]++);
            replayed = System.nanoTime();
        }
        double cpuSeconds = ThisProcess.cpuSeconds();
        long heapBytes = peakHeapBytes();
        long residentBytes = ThisProcess.peakResidentBytes();
        RecoveryFigures figures = new RecoveryFigures(
                records[0],
                (opened - start) / 1e9,
                (replayed - opened) / 1e9,
                openAgain(options),
                cpuSeconds,
                heapBytes,
                residentBytes);
        System.out.println(figures.toLine());
    }

    private static double openAgain(WalOptions options) {
        long start = System.nanoTime();
        WalManager manager = WalManager.open(options);
        long opened = System.nanoTime();
        manager.close();
        return (opened - start) / 1e9;
    }

    /** Sum of the peaks of the pools, which is not below the peak of the sum. */
    private static long peakHeapBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
