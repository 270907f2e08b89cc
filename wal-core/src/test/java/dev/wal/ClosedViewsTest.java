package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClosedViewsTest {
    private final AtomicInteger closed = new AtomicInteger();

    private final class FailingToClose implements StateMachine {
        @Override
        public PreparedChange prepare(WalRecord.Data record) {
            return change -> {};
        }

        @Override
        public void restore(SnapshotFile file) {}

        @Override
        public Frozen freeze(int partition) {
            return new Frozen() {
                @Override
                public void write(SnapshotFile file) {}

                @Override
                public void close() {
                    closed.incrementAndGet();
                    throw new IllegalStateException("mine");
                }
            };
        }
    }

    @Test
    void aViewThatCannotBeClosedLeavesNoOtherOpenAndTheCheckpointStands() {
        try (WalManager wal = Logs.open(new MemoryStorage())) {
            wal.attach(new FailingToClose());
            Logs.commitRow(wal, 0, 1);
            assertThat(wal.checkpointAll().partitions()).hasSize(Logs.PARTITIONS);
        }
        assertThat(closed.get()).isEqualTo(Logs.PARTITIONS);
    }
}
