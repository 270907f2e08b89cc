package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.state.TableMap;
import dev.wal.state.WalStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opens a log with its map, in a JVM of its own, and prints a {@link MapRestartFigures}. */
final class MapRestartChild {
    private MapRestartChild() {}

    public static void main(String[] arguments) throws IOException {
        TableMap<Long, Account> map = AccountMap.table(AccountMap.NO_TRANSACTIONS);
        RestoredMoment restored = new RestoredMoment(map.state());
        long start = System.nanoTime();
        try (WalManager manager = WalManager.open(WalOptions.builder(Path.of(arguments[0]))
                .partitions(Engine.PARTITIONS)
                .build())) {
            long opened = System.nanoTime();
            long applied = WalStates.attach(manager, List.of(restored));
            long ended = System.nanoTime();
            MapRestartFigures figures = new MapRestartFigures(
                    map.size(),
                    applied,
                    (opened - start) / 1e9,
                    (restored.nanos() - opened) / 1e9,
                    (ended - restored.nanos()) / 1e9,
                    ThisProcess.secondsSinceStart(),
                    ThisProcess.cpuSeconds(),
                    ThisProcess.gcSeconds(),
                    ThisProcess.peakResidentBytes());
            System.out.println(figures.toLine());
        }
    }
}
