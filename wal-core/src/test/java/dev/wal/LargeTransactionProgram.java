package dev.wal;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits transactions that are several times as large as the heap, all open at once, with a state attached; opens the log again and has the state told once
 * more. Leaves as many open as it commits. Prints how many changes it was told each time.
 */
final class LargeTransactionProgram {
    private static final int ROW_BYTES = 4_000;
    private static final byte[] CONTENT = new byte[ROW_BYTES];

    private LargeTransactionProgram() {}

    /** Counts, and keeps nothing. */
    private static final class Counter implements StateMachine {
        private long count;

        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            return committed -> count++;
        }

        @Override
        public void restore(SnapshotFile file) {}

        @Override
        public Frozen freeze(int partition) {
            throw new IllegalStateException("nothing to freeze");
        }
    }

    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        int transactions = Integer.parseInt(arguments[1]);
        int rows = Integer.parseInt(arguments[2]);
        WalOptions options = WalOptions.builder(directory)
                .segmentSize(8 << 20)
                .maxTransactionSize(256 << 10)
                .build();
        Counter live = new Counter();
        try (WalManager wal = WalManager.open(options)) {
            wal.attach(live);
            List<WalTransaction> open = new ArrayList<>();
            for (int i = 0; i < 2 * transactions; i++) {
                open.add(wal.begin());
            }
            for (int row = 0; row < rows; row++) {
                for (WalTransaction transaction : open) {
                    transaction.insert("rows", row % 4, row, Row.of(Value.of(CONTENT)));
                }
            }
            open.subList(0, transactions).forEach(WalTransaction::commit);
        }
        Counter recovered = new Counter();
        long discarded;
        try (WalManager wal = WalManager.open(options)) {
            wal.attach(recovered);
            discarded = wal.recoveryReport().partitions().get(0).discarded();
        }
        System.out.println("told " + live.count + " and " + recovered.count + ", discarded " + discarded);
    }
}
