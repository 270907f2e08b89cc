package dev.wal.benchmark;

import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Durable transactions of more and more operations of 256 bytes, by one thread. */
final class OperationGrowth implements Growth {
    private final RoundOptions options;

    OperationGrowth(RoundOptions options) {
        this.options = options;
    }

    @Override
    public String title() {
        return "Operations of one durable transaction, 1 thread";
    }

    @Override
    public List<String> columns() {
        return List.of("operations", "p50 ms", "max ms", "µs/operation", "bytes allocated/operation");
    }

    @Override
    public double[] measure(long size, Path directory) throws IOException {
        int operations = (int) size;
        Row row = Engine.row();
        Figures found = Engine.committing(
                        "engine",
                        Durability.groupCommit(),
                        1,
                        (manager, partition) -> Engine.commit(manager, partition, operations, row))
                .measure(directory, options.warmUp(), options.seconds());
        return new double[] {
            found.p50Micros() / 1e3,
            found.maxMicros() / 1e3,
            found.p50Micros() / operations,
            found.allocatedBytes() / operations
        };
    }
}
