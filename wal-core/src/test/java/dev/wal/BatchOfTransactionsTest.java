package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.WalRecord;
import dev.wal.recovery.PartitionRecovery;
import dev.wal.storage.MemoryStorage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions of callers that begin, go on and end in one batch, between each other's records. */
class BatchOfTransactionsTest {
    private final MemoryStorage storage = new MemoryStorage();

    private static WalRecord begin(long transaction) {
        return new WalRecord.Begin(transaction, 0, 0);
    }

    private static WalRecord insert(long transaction, long row) {
        return new WalRecord.Insert(transaction, Logs.TABLE, 0, row, Logs.row(row));
    }

    private static WalRecord commit(long transaction) {
        return new WalRecord.Commit(transaction, 0, 0);
    }

    private static WalRecord rollback(long transaction) {
        return new WalRecord.Rollback(transaction, 0);
    }

    private void write() {
        try (WalManager wal = Logs.open(storage)) {
            wal.batchAppend(0, List.of(begin(1), insert(1, 10), begin(2), insert(2, 20), insert(1, 11)));
            wal.batchAppend(
                    0,
                    List.of(insert(2, 21), commit(1), insert(2, 22), rollback(2), begin(3), insert(3, 30), commit(3)));
            wal.batchAppend(
                    0,
                    List.of(
                            begin(4),
                            insert(4, 40),
                            begin(4),
                            insert(4, 41),
                            begin(5),
                            insert(5, 50),
                            insert(4, 42),
                            commit(4),
                            begin(4),
                            insert(4, 43),
                            rollback(4),
                            commit(5)));
            wal.batchAppend(0, List.of(begin(6), insert(6, 60)));
            wal.batchAppend(0, List.of(begin(6), insert(6, 61), commit(6)));
        }
    }

    @Test
    void whatIsCommittedIsHandedOverInCommitOrder() {
        write();

        assertThat(Logs.rowsIn(storage)).containsExactly(10L, 11L, 30L, 41L, 42L, 50L, 61L);
    }

    @Test
    void eachIsCountedOnce() {
        write();

        try (WalManager wal = Logs.open(storage)) {
            PartitionRecovery found = wal.recoveryReport().partitions().get(0);
            assertThat(wal.recoveryReport().transactions()).isEqualTo(5);
            assertThat(found.committed()).isEqualTo(5);
            assertThat(found.rolledBack()).isEqualTo(2);
            assertThat(found.discarded()).isEqualTo(2);
            assertThat(found.prepared()).isZero();
        }
    }
}
