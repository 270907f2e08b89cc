package dev.wal;

import dev.wal.checkpoint.SkippedChange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Has a log make files of each kind, and a backup. */
final class MadeFilesProgram {
    private MadeFilesProgram() {}

    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        try (WalManager wal = WalManager.open(WalOptions.builder(directory)
                .partitions(Logs.PARTITIONS)
                .segmentSize(Logs.SEGMENT_SIZE)
                .build())) {
            RowsState.of(wal);
            Logs.commitRow(wal, 1, 1);
            try (WalTailer tailer = wal.tail("mirror", 0)) {
                tailer.poll(Duration.ofSeconds(10), change -> {});
                tailer.acknowledge();
            }
            wal.skips()
                    .record("mirror", new SkippedChange(Instant.EPOCH, 0, 0, 0, Logs.TABLE, 1, 1, "Exception", "odd"));
            wal.checkpointAll();
            try (WalTransaction transaction = wal.begin()) {
                for (int row = 0; row < 4; row++) {
                    transaction.insert(Logs.TABLE, 0, row, Logs.large(Logs.SEGMENT_SIZE / 2));
                }
                transaction.commit();
            }
            wal.backup(Path.of(arguments[1]));
        }
    }
}
