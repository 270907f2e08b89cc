package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.InDoubtResolver;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every table with records in a partition needs a state before the partition is checkpointed, wherever the records come from. */
class CheckpointCoverageTest {
    private static final int PARTITION = 2;

    private final MemoryStorage storage = new MemoryStorage();
    private WalManager wal = open(List.of(new Rows("known", "known")));

    @AfterEach
    void close() {
        wal.close();
    }

    private WalManager open(List<WalState> states) {
        WalManager opened = WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .segmentSize(16 * 1024)
                .maxTransactionSize(1024)
                .build());
        try {
            WalStates.attach(opened, states);
            return opened;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    private void reopen(WalState... states) {
        wal.close();
        wal = open(List.of(states));
    }

    private void checkRefused() {
        assertThatThrownBy(() -> wal.checkpoint(PARTITION))
                .isInstanceOf(CheckpointRefusedException.class)
                .hasMessageContaining("audit")
                .hasMessageContaining("Partition " + PARTITION);
        assertThatCode(() -> wal.checkpoint(PARTITION + 1)).doesNotThrowAnyException();
    }

    private static Row large() {
        return Row.of(Value.of(new byte[900]));
    }

    @Test
    void aTableOfAnInDoubtTransactionCountsOnceThatIsCommittedAndIsKeptUntilThen() {
        WalTransaction transaction = wal.begin();
        transaction.insert("audit", PARTITION, 1, large());
        transaction.prepare();
        long id = wal.inDoubt().get(0).transactionId();
        long position = wal.status().position();

        assertThat(wal.checkpoint(PARTITION).partitions().get(0).redoPosition()).isLessThan(position);
        reopen(new Rows("known", "known"));
        assertThat(wal.inDoubt()).hasSize(1);
        wal.checkpoint(PARTITION);
        wal.resolve(id, InDoubtResolver.Decision.COMMIT);

        checkRefused();
        reopen(new Rows("known", "known"));
        checkRefused();
        Rows audit = new Rows("audit", "audit");
        reopen(new Rows("known", "known"), audit);
        assertThat(audit.rows).containsExactly(1L);
        wal.checkpoint(PARTITION);
    }

    @Test
    void aTableOfASpilledTransactionCountsOnceThatIsCommittedAndIsKeptUntilThen() {
        try (WalTransaction transaction = wal.begin()) {
            for (long row = 0; row < 40; row++) {
                transaction.insert("audit", PARTITION, row, large());
            }
            assertThat(wal.status().segments()).as("spilled").isGreaterThan(1);
            assertThat(wal.checkpoint(PARTITION).segmentsDropped()).isZero();
            transaction.commit();
        }

        checkRefused();
        reopen(new Rows("known", "known"));
        checkRefused();
        Rows audit = new Rows("audit", "audit");
        reopen(new Rows("known", "known"), audit);
        assertThat(audit.rows).hasSize(40);
    }

    @Test
    void aTableOfARolledBackTransactionDoesNotCount() {
        try (WalTransaction transaction = wal.begin()) {
            for (long row = 0; row < 40; row++) {
                transaction.insert("audit", PARTITION, row, large());
            }
        }

        wal.checkpoint(PARTITION);
        reopen(new Rows("known", "known"));
        wal.checkpoint(PARTITION);
    }

    @Test
    void aTableThatAStateDeclaresNoMoreCounts() {
        reopen(new Rows("both", "known", "audit"));
        wal.logInsert("audit", PARTITION, 1, large());
        wal.checkpoint(PARTITION);

        reopen(new Rows("both", "known"));

        checkRefused();
    }

    @Test
    void aTableThatMovedToAnotherStateIsRefusedBeforeAnythingIsLost() {
        reopen(new Rows("both", "known", "audit"));
        wal.logInsert("audit", PARTITION, 1, large());
        wal.checkpoint(PARTITION);

        assertThatThrownBy(() -> reopen(new Rows("both", "known"), new Rows("other", "audit")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'audit'")
                .hasMessageContaining("'both'")
                .hasMessageContaining("'other'");
        Rows both = new Rows("both", "known", "audit");
        wal = open(List.of(both));
        assertThat(both.rows).containsExactly(1L);
    }

    /** Remembers row ids of some tables, of one partition. */
    private static final class Rows implements WalState {
        private final String name;
        private final Set<String> tables;
        private final List<Long> rows = new ArrayList<>();

        private Rows(String name, String... tables) {
            this.name = name;
            this.tables = Set.of(tables);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<String> tables() {
            return tables;
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws java.io.IOException {
            for (int row = snapshot.read(); row >= 0; row = snapshot.read()) {
                rows.add((long) row);
            }
        }

        @Override
        public void apply(WalChange change) {
            rows.add(change.rowId());
        }

        @Override
        public Frozen freeze(int partition) {
            List<Long> frozen = partition == PARTITION ? List.copyOf(rows) : List.of();
            return (OutputStream out) -> {
                for (long row : frozen) {
                    out.write((int) row);
                }
            };
        }
    }
}
