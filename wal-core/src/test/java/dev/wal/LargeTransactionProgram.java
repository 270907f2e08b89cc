package dev.wal;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.nio.file.Path;

/**
 * Commits one transaction that is several times as large as the heap, with a state attached, opens the log again and has the state told once
 * more. Prints how many changes it was told each time.
 */
final class LargeTransactionProgram {
    private static final int ROW_BYTES = 4_000;
    private static final byte[] CONTENT = new byte[ROW_BYTES];

    private LargeTransactionProgram() {}

    /** Counts, and keeps nothing. */
    private static final class Counter implements StateMachine {
        private long count;

        @Override
        public void apply(WalChange change) {
            if (change.rowId() != count) {
                throw new IllegalStateException("row " + change.rowId() + " comes as number " + count);
            }
            count++;
        }

        @Override
        public void check(WalRecord.Data record) {}

        @Override
        public void restore(SnapshotFile file) {}

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }

    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        WalOptions options = WalOptions.builder(directory)
                .segmentSize(8 << 20)
                .maxTransactionSize(1 << 20)
                .build();
        Counter live = new Counter();
        try (WalManager wal = WalManager.open(options)) {
            wal.attach(live);
            try (WalTransaction transaction = wal.begin()) {
                for (int row = 0; row < rows; row++) {
                    transaction.insert("rows", row % 4, row, Row.of(Value.of(CONTENT)));
                }
                transaction.commit();
            }
        }
        Counter recovered = new Counter();
        try (WalManager wal = WalManager.open(options)) {
            wal.attach(recovered);
        }
        System.out.println("told " + live.count + " and " + recovered.count);
    }
}
