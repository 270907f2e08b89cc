package dev.wal.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Opens a log and replays it, in a JVM of its own, and prints a {@link RecoveryFigures}. */
final class RecoveryChild {
    private RecoveryChild() {}

    public static void main(String[] arguments) throws IOException {
        WalOptions options = WalOptions.builder(Path.of(arguments[0]))
                .partitions(Engine.PARTITIONS)
                .build();
        long[] records = new long[1];
        long start = System.nanoTime();
        try (WalManager manager = WalManager.open(options)) {
            long opened = System.nanoTime();
            manager.replay(change -> records[0]++);
            long replayed = System.nanoTime();
            RecoveryFigures figures = new RecoveryFigures(
                    records[0],
                    (opened - start) / 1e9,
                    (replayed - opened) / 1e9,
                    cpuSeconds(),
                    peakHeapBytes(),
                    peakResidentBytes());
            System.out.println(figures.toLine());
        }
    }

    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    /** Sum of the peaks of the pools, which is not below the peak of the sum. */
    private static long peakHeapBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }

    /** The most memory that the process had, or 0 where the system does not tell. */
    private static long peakResidentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
