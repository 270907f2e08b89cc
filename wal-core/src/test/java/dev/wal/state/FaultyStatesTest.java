package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.StateFailedException;
import dev.wal.common.WalClosedException;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What states do that they should not, and what must not come of it. */
class FaultyStatesTest {
    private final MemoryStorage storage = new MemoryStorage();

    /** Row ids, each a byte. */
    private static class Rows implements WalState {
        private final String name;
        private final String table;
        private final List<Byte> ids = new ArrayList<>();
        private int closedViews;

        private Rows(String name, String table) {
            this.name = name;
            this.table = table;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<String> tables() {
            return Set.of(table);
        }

        @Override
        public void apply(WalChange change) {
            ids.add((byte) change.rowId());
        }

        @Override
        public Frozen freeze(int partition) {
            List<Byte> frozen = partition == 0 ? List.copyOf(ids) : List.of();
            return new Frozen() {
                @Override
                public void writeTo(OutputStream out) throws IOException {
                    for (byte id : frozen) {
                        out.write(id);
                    }
                }

                @Override
                public void close() {
                    closedViews++;
                }
            };
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            for (byte id : snapshot.readAllBytes()) {
                ids.add(id);
            }
        }
    }

    private WalManager open(WalState... states) {
        WalManager wal = WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .segmentSize(16 * 1024)
                .build());
        WalStates.attach(wal, List.of(states));
        return wal;
    }

    private static WalManager unattached(MemoryStorage storage) {
        return WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .segmentSize(16 * 1024)
                .build());
    }

    // At the start.

    @Test
    void oneThatFailsInReplayLeavesTheLogClosed() {
        try (WalManager wal = open(new Rows("rows", "t"))) {
            wal.logInsert("t", 0, 7, Row.of());
        }
        assertAttachClosesTheLog(
                new Rows("rows", "t") {
                    @Override
                    public void apply(WalChange change) {
                        throw new IllegalStateException("mine");
                    }
                },
                StateFailedException.class);
    }

    @Test
    void oneThatFailsToRestoreASnapshotLeavesTheLogClosed() {
        try (WalManager wal = open(new Rows("rows", "t"))) {
            wal.logInsert("t", 0, 7, Row.of());
            wal.checkpointAll();
        }
        assertAttachClosesTheLog(
                new Rows("rows", "t") {
                    @Override
                    public void restore(int partition, InputStream snapshot) {
                        throw new IllegalStateException("mine");
                    }
                },
                RuntimeException.class);
    }

    /** A checkpoint would drop what the state has not got. */
    private void assertAttachClosesTheLog(WalState faulty, Class<? extends Exception> thrown) {
        try (WalManager wal = unattached(storage)) {
            assertThatThrownBy(() -> WalStates.attach(wal, List.of(faulty)))
                    .isInstanceOf(thrown)
                    .hasMessageContaining("mine");
            assertThatThrownBy(wal::checkpointAll).isInstanceOf(WalClosedException.class);
            assertThatThrownBy(wal::begin).isInstanceOf(WalClosedException.class);
            assertThatThrownBy(() -> WalStates.attach(wal, List.of(new Rows("rows", "t"))))
                    .isInstanceOf(WalClosedException.class);
        }
        Rows mended = new Rows("rows", "t");
        try (WalManager wal = open(mended)) {
            assertThat(mended.ids).containsExactly((byte) 7);
            wal.checkpointAll();
        }
    }

    @Test
    void oneThatWasGivenAnotherNameDoesNotBeginWithoutWhatItsTableHeld() {
        try (WalManager wal = open(new Rows("old", "t"))) {
            wal.logInsert("t", 0, 7, Row.of());
            wal.checkpointAll();
        }
        try (WalManager wal = unattached(storage)) {
            assertThatThrownBy(() -> WalStates.attach(wal, List.of(new Rows("new", "t"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("table 't'")
                    .hasMessageContaining("'old'")
                    .hasMessageContaining("'new'");
        }
        Rows old = new Rows("old", "t");
        try (WalManager wal = open(old)) {
            assertThat(wal.recoveryReport().snapshotFallbacks()).isEmpty();
            assertThat(old.ids).containsExactly((byte) 7);
        }
    }

    // At a checkpoint.

    private static Rows failingToClose() {
        return new Rows("a", "a") {
            @Override
            public Frozen freeze(int partition) {
                return new Frozen() {
                    @Override
                    public void writeTo(OutputStream out) {}

                    @Override
                    public void close() {
                        throw new IllegalStateException("mine");
                    }
                };
            }
        };
    }

    @Test
    void aViewThatCannotBeClosedKeepsNoOtherOpenAndUndoesNoCheckpoint() {
        Rows other = new Rows("b", "b");
        try (WalManager wal = open(failingToClose(), other)) {
            wal.logInsert("b", 0, 7, Row.of());
            wal.checkpointAll();
            assertThat(wal.checkpoints()).containsOnlyKeys(0, 1, 2, 3);
        }
        assertThat(other.closedViews).isEqualTo(4);
    }

    @Test
    void whereAStateCannotBeFrozenTheViewsOfTheOthersAreClosed() {
        Rows other = new Rows("b", "b");
        Rows failing = new Rows("c", "c") {
            @Override
            public Frozen freeze(int partition) {
                throw new IllegalStateException("not now");
            }
        };
        try (WalManager wal = open(failingToClose(), other, failing)) {
            wal.logInsert("b", 0, 7, Row.of());
            assertThatThrownBy(wal::checkpointAll).hasStackTraceContaining("not now");
        }
        assertThat(other.closedViews).isEqualTo(1);
    }

    /** Fails at its first snapshot, and keeps the stream. */
    private static final class Keeping extends Rows {
        private OutputStream keptOut;
        private InputStream keptIn;
        private boolean failsToRestore;
        private Runnable meanwhile = () -> {};

        private Keeping() {
            super("rows", "t");
        }

        @Override
        public Frozen freeze(int partition) {
            Frozen rows = super.freeze(partition);
            return out -> {
                if (keptOut == null) {
                    keptOut = out;
                    out.write(99);
                    throw new IllegalStateException("mine");
                }
                rows.writeTo(out);
                meanwhile.run();
            };
        }

        @Override
        public void restore(int partition, InputStream snapshot) throws IOException {
            if (failsToRestore) {
                keptIn = snapshot;
                throw new IllegalStateException("mine");
            }
            super.restore(partition, snapshot);
        }
    }

    @Test
    void oneThatKeepsTheStreamOfACheckpointThatFailedDoesNotWriteIntoTheNext() {
        Keeping keeping = new Keeping();
        List<Throwable> met = new ArrayList<>();
        try (WalManager wal = open(keeping)) {
            wal.logInsert("t", 0, 7, Row.of());
            assertThatThrownBy(wal::checkpointAll).hasStackTraceContaining("mine");
            keeping.meanwhile = () -> {
                met.add(catchThrowable(() -> keeping.keptOut.write(1)));
                met.add(catchThrowable(() -> keeping.keptOut.write(new byte[2])));
            };
            wal.checkpointAll();
        }
        assertThat(met).hasSize(8).allMatch(IOException.class::isInstance);
        Rows restored = new Rows("rows", "t");
        try (WalManager wal = open(restored)) {
            assertThat(wal.recoveryReport().snapshotFallbacks()).isEmpty();
            assertThat(restored.ids).containsExactly((byte) 7);
        }
    }

    @Test
    void oneThatKeepsTheStreamThatItFailedToRestoreReadsNothingFromIt() {
        try (WalManager wal = open(new Rows("rows", "t"))) {
            wal.logInsert("t", 0, 7, Row.of());
            wal.checkpointAll();
        }
        Keeping keeping = new Keeping();
        keeping.failsToRestore = true;
        assertAttachClosesTheLog(keeping, RuntimeException.class);
        assertThatThrownBy(() -> keeping.keptIn.read()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> keeping.keptIn.read(new byte[8])).isInstanceOf(IOException.class);
    }
}
