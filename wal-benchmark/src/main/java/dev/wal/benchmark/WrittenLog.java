package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.Durability;
import dev.wal.record.Row;
import java.nio.file.Path;

/**
 * A log to recover.
 *
 * @param records data records in it
 * @param bytes from the first frame to the last
 */
record WrittenLog(Path directory, long records, long bytes) {
    private static final int RECORDS_OF_TRANSACTION = 64;

    /** Writes a log of about a size. */
    static WrittenLog write(Path directory, long size) {
        WalOptions options = WalOptions.builder(directory)
                .partitions(Engine.PARTITIONS)
                .durability(Durability.noSync())
                .build();
        try (WalManager manager = WalManager.open(options)) {
            Row row = Engine.row();
            long start = manager.status().position();
            long position = start;
            long records = 0;
            for (int i = 0; position - start < size; i++) {
                position = Engine.commit(manager, i % Engine.PARTITIONS, RECORDS_OF_TRANSACTION, row);
                records += RECORDS_OF_TRANSACTION;
            }
            manager.sync();
            return new WrittenLog(directory, records, manager.status().position() - start);
        }
    }
}
