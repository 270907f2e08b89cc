package dev.wal.benchmark;

import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Durable commits of one record that is larger and larger, by 4 threads. */
final class RecordGrowth implements Growth {
    private static final int THREADS = 4;

    private final RoundOptions options;

    RecordGrowth(RoundOptions options) {
        this.options = options;
    }

    @Override
    public String title() {
        return "Records of one durable commit each, 4 threads";
    }

    @Override
    public List<String> columns() {
        return List.of("bytes of a record", "commits/s", "MiB/s", "p50 µs", "p99 µs", "forces/commit");
    }

    @Override
    public double[] measure(long size, Path directory) throws IOException {
        Row row = Row.of(Value.of(new byte[(int) size]));
        Figures found = Engine.committing("engine", Durability.groupCommit(), THREADS, (manager, partition) -> {
                    try (WalTransaction transaction = manager.begin()) {
                        transaction.insert(Engine.TABLE, partition, 1, row);
                        transaction.commit();
                    }
                })
                .measure(directory, options.warmUp(), options.seconds());
        return new double[] {
            found.perSecond(),
            found.perSecond() * size / (1 << 20),
            found.p50Micros(),
            found.p99Micros(),
            found.forcesPerCommit()
        };
    }
}
