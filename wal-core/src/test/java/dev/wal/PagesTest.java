package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the documentation that need no Spring, run as they stand there. */
class PagesTest {
    @TempDir
    Path directory;

    /** Whether the sample of a tailer goes on. */
    private boolean running = true;

    @Test
    void theReadmeWithoutSpring() {
        try (WalManager wal =
                WalManager.open(WalOptions.builder(directory).partitions(4).build())) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert("accounts", 0, 1, Row.of(Value.of("Ada"), Value.of(10_000)));
                transaction.insert("accounts", 3, 2, Row.of(Value.of("Grace"), Value.of(0)));
                transaction.commit(); // one batch and one force, over both partitions
            }
            wal.replay(change -> System.out.println(change.lsn() + " " + change.record()));
        }

        List<Long> rows = new ArrayList<>();
        try (WalManager wal =
                WalManager.open(WalOptions.builder(directory).partitions(4).build())) {
            wal.replay(change -> rows.add(change.rowId()));
        }
        assertThat(rows).containsExactly(1L, 2L);
    }

    @Test
    void automaticCheckpoints() {
        try (WalManager wal = WalManager.open(
                WalOptions.builder(directory).partitions(Logs.PARTITIONS).build())) {
            RowsState.of(wal);
            AutomaticCheckpoints checkpoints =
                    new AutomaticCheckpoints(wal, CheckpointSchedule.never().withMaxLogSize(256L << 20)).start();

            assertThat(checkpoints.status().running()).isTrue();
            checkpoints.stop();
        }
    }

    @Test
    void aTailer() {
        Index index = new Index();
        try (WalManager wal = WalManager.open(WalOptions.builder(directory).build())) {
            // Known by now, it goes on from here.
            wal.tail("search-index", wal.status().position()).close();
            wal.logInsert("products", 0, 1, Row.of(Value.of("tea")));
            try (WalTailer tailer = wal.tail("search-index", wal.status().position())) {
                while (running) {
                    if (tailer.poll(Duration.ofSeconds(1), index::apply)) {
                        tailer.acknowledge();
                    }
                }
            }
        }

        assertThat(index.products).containsExactly(1L);
    }

    private final class Index {
        private final List<Long> products = new ArrayList<>();

        void apply(WalChange change) {
            products.add(change.rowId());
            running = false;
        }
    }
}
