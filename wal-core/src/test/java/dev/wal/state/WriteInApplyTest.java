package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalStatus;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.common.StateFailedException;
import dev.wal.common.WalFailedException;
import dev.wal.common.WriteInApplyException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.storage.MemoryStorage;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A state that does, while a change is applied to it, what must not be done there. */
class WriteInApplyTest {
    private static final String TABLE = "table";

    private final MemoryStorage storage = new MemoryStorage();

    private static final class Applying implements WalState {
        private final Consumer<WalManager> action;
        private WalManager manager;
        private int applied;
        private RuntimeException met;

        private Applying(Consumer<WalManager> action) {
            this.action = action;
        }

        @Override
        public String name() {
            return "applying";
        }

        @Override
        public Set<String> tables() {
            return Set.of(TABLE);
        }

        @Override
        public void recovering(WalManager recovering) {
            manager = recovering;
        }

        @Override
        public void restore(int partition, InputStream snapshot) {}

        @Override
        public void apply(WalChange change) {
            applied++;
            try {
                action.accept(manager);
            } catch (RuntimeException e) {
                met = e;
            }
        }

        @Override
        public Frozen freeze(int partition) {
            return out -> {};
        }
    }

    private static WalRecord.Insert insert() {
        return new WalRecord.Insert(TABLE, 0, 1, Row.of(Value.of(1)));
    }

    static List<Consumer<WalManager>> writes() {
        Map<String, Consumer<WalManager>> writes = new LinkedHashMap<>();
        writes.put("transaction", wal -> {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(TABLE, 0, 1, Row.of(Value.of(1)));
                transaction.commit();
            }
        });
        writes.put("own", wal -> wal.logInsert(TABLE, 0, 1, Row.of(Value.of(1))));
        writes.put("begin", wal -> wal.logBegin(0, 1, 0));
        writes.put("batch", wal -> wal.batchAppend(0, List.of(insert())));
        return new ArrayList<>(writes.values());
    }

    static List<Consumer<WalManager>> waits() {
        return List.of(WalManager::sync);
    }

    static List<Consumer<WalManager>> checkpoints() {
        return List.of(wal -> wal.checkpoint(0), WalManager::checkpointAll);
    }

    private WalManager open(Durability durability) {
        return WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .segmentSize(16 * 1024)
                .durability(durability)
                .build());
    }

    @ParameterizedTest
    @MethodSource({"writes", "checkpoints", "waits"})
    void isRefusedWhileACommitIsApplied(Consumer<WalManager> write) {
        for (Durability durability : List.of(Durability.groupCommit(), Durability.noSync())) {
            Applying state = new Applying(write);
            try (WalManager wal = open(durability)) {
                WalStates.attach(wal, List.of(state));
                int before = state.applied;
                try (WalTransaction transaction = wal.begin()) {
                    transaction.insert(TABLE, 0, 1, Row.of(Value.of(1)));
                    transaction.commit();
                }
                assertThat(state.met).isInstanceOf(WriteInApplyException.class);
                assertThat(state.applied).isEqualTo(before + 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource({"writes", "checkpoints"})
    void isRefusedAtRecoveryToo(Consumer<WalManager> write) {
        try (WalManager wal = open(Durability.groupCommit())) {
            wal.batchAppend(0, List.of(insert()));
        }
        Applying state = new Applying(write);
        try (WalManager wal = open(Durability.groupCommit())) {
            List<WalStatus.Partition> before = wal.status().partitions();
            WalStates.attach(wal, List.of(state));

            assertThat(state.met).isInstanceOf(WriteInApplyException.class);
            assertThat(wal.status().partitions()).isEqualTo(before);
        }
    }

    @Test
    void aStateThatThrowsEndsTheLogAndNamesTheCause() {
        Applying state = new Applying(wal -> {
            throw new AssertionError("mine");
        });
        try (WalManager wal = open(Durability.groupCommit())) {
            WalStates.attach(wal, List.of(state));

            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(() -> wal.batchAppend(0, List.of(insert())))
                    .satisfies(e -> assertThat(e).hasStackTraceContaining("mine"));
            assertThatExceptionOfType(WalFailedException.class)
                    .isThrownBy(() -> wal.batchAppend(0, List.of(insert())))
                    .withRootCauseInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aStateThatCannotTakeWhatIsInTheLogIsNamedWithThePlaceOfTheChange() {
        try (WalManager wal = open(Durability.groupCommit())) {
            wal.batchAppend(0, List.of(insert()));
        }
        WalState refusing = new RefusingState();
        try (WalManager wal = open(Durability.groupCommit())) {
            assertThatExceptionOfType(StateFailedException.class)
                    .isThrownBy(() -> WalStates.attach(wal, List.of(refusing)))
                    .withMessageContaining("LSN 0 of partition 0 in table 'table'")
                    .withMessageContaining("mine");
        }
    }

    private static final class RefusingState implements WalState {
        @Override
        public String name() {
            return "refusing";
        }

        @Override
        public Set<String> tables() {
            return Set.of(TABLE);
        }

        @Override
        public void restore(int partition, InputStream snapshot) {}

        @Override
        public void apply(WalChange change) {
            throw new IllegalStateException("mine");
        }

        @Override
        public Frozen freeze(int partition) {
            return out -> {};
        }
    }
}
