package dev.wal.state;

import dev.wal.PreparedChange;
import dev.wal.SnapshotFile;
import dev.wal.StateMachine;
import dev.wal.WalManager;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of a log, each with tables of its own. Refuses checkpoints of partitions with records in tables that no state has: a snapshot would leave them out, and the log would drop
 * them.
 */
public final class WalStates implements StateMachine {
    private static final Logger logger = LoggerFactory.getLogger(WalStates.class);

    private final Map<String, WalState> byName = new LinkedHashMap<>();
    private final Map<String, WalState> byTable = new HashMap<>();

    /** By partition, tables with records that no state has. */
    private final Map<Integer, Set<String>> withoutState = new ConcurrentHashMap<>();

    private final ChunkBuffers chunks = new ChunkBuffers();

    private WalStates(Collection<? extends StateHolder> holders) {
        for (StateHolder holder : holders) {
            WalState state = holder.state();
            if (byName.put(state.name(), state) != null) {
                throw new IllegalArgumentException(
                        "Two states have the name '" + state.name() + "'; give one another name");
            }
            for (String table : state.tables()) {
                WalState other = byTable.put(table, state);
                if (other != null) {
                    throw new IllegalArgumentException("Table '" + table + "' belongs to state '" + other.name()
                            + "' and to state '" + state.name() + "'; a table belongs to one state");
                }
            }
        }
    }

    /**
     * Restores states from a log, and has them told of every commit from then on. If that fails, the log is closed.
     *
     * @return how many changes were applied from the log, those in snapshots not counted
     * @throws IllegalStateException if something was written to the log since it was opened
     */
    public static long attach(WalManager manager, Collection<? extends StateHolder> holders) {
        WalStates states = new WalStates(holders);
        states.byName.values().forEach(state -> state.recovering(manager));
        return manager.attach(states);
    }

    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        WalState state = byTable.get(record.table());
        return state == null ? this::applyWithoutState : state.prepare(record);
    }

    private void applyWithoutState(WalChange change) {
        tablesWithoutState(change.partition()).add(change.table());
    }

    private Set<String> tablesWithoutState(int partition) {
        return withoutState.computeIfAbsent(partition, key -> ConcurrentHashMap.newKeySet());
    }

    /** A snapshot and the log hold changes of all states: so all of them must take theirs from any thread. */
    @Override
    public boolean recoversInAnyThread() {
        return byName.values().stream().allMatch(WalState::recoversInAnyThread);
    }

    @Override
    public void restore(SnapshotFile file) throws IOException {
        ByteBuffer chunk = chunks.take();
        restore(file, new SnapshotReader(file, chunk));
        // Not if that failed: a state that has kept its stream may be about to read from it in another thread.
        chunks.give(chunk);
    }

    private void restore(SnapshotFile file, SnapshotReader reader) throws IOException {
        reader.verify();
        reader.read((name, tables, content) -> {
            WalState state = byName.get(name);
            refuseTablesOfOthers(file, name, tables);
            if (state == null) {
                logger.warn(
                        "Snapshot {} holds the state '{}', which nothing declares any more; it stays in the log, and"
                                + " partition {} cannot be checkpointed",
                        file.name(),
                        name,
                        file.partition());
            } else {
                state.restore(file.partition(), content);
            }
        });
    }

    /**
     * What a snapshot holds of a table is restored into the state that wrote it, which may be declared no more: another one would begin without it, and the next snapshot would lose it.
     *
     * @param name of the state that wrote it
     */
    private void refuseTablesOfOthers(SnapshotFile file, String name, Set<String> tables) {
        for (String table : tables) {
            WalState owner = byTable.get(table);
            if (owner == null) {
                tablesWithoutState(file.partition()).add(table);
            } else if (!owner.name().equals(name)) {
                throw new IllegalStateException("Snapshot " + file.name() + " holds table '" + table
                        + "' as one of state '" + name + "', but it is declared by state '" + owner.name()
                        + "', which cannot take it over. Let state '" + name
                        + "' keep its name and the table, and copy what it holds to a new one.");
            }
        }
    }

    @Override
    public Frozen freeze(int partition) {
        Set<String> missing = withoutState.getOrDefault(partition, Set.of());
        if (!missing.isEmpty()) {
            throw new CheckpointRefusedException(
                    "Partition " + partition + " cannot be checkpointed: its tables " + new TreeSet<>(missing)
                            + " belong to no state, so that no snapshot would hold their records and dropping them from the log would"
                            + " lose them. Declare a state (a DurableMap or a WalState) for each of them.");
        }
        List<FrozenState> frozen = new ArrayList<>();
        try {
            byName.forEach((name, state) ->
                    frozen.add(new FrozenState(name, new HashSet<>(state.tables()), state.freeze(partition))));
            return new FrozenStates(frozen, chunks);
        } catch (Throwable e) {
            frozen.forEach(FrozenState::close);
            throw e;
        }
    }

    private record FrozenState(String name, Set<String> tables, WalState.Frozen view) {
        /** One that cannot be closed must not keep others open. */
        private void close() {
            try {
                view.close();
            } catch (RuntimeException | Error e) {
                logger.warn("The view that a checkpoint took of the state '{}' was not closed", name, e);
            }
        }
    }

    private record FrozenStates(List<FrozenState> states, ChunkBuffers chunks) implements Frozen {
        @Override
        public void write(SnapshotFile file) throws IOException {
            ByteBuffer chunk = chunks.take();
            try (SnapshotWriter writer = new SnapshotWriter(file, chunk)) {
                for (FrozenState state : states) {
                    OutputStream content = writer.startState(state.name(), state.tables());
                    state.view().writeTo(content);
                    writer.endState();
                }
                writer.finish();
            }
            // Not if that failed: a state that has kept its stream may be about to write to it in another thread.
            chunks.give(chunk);
        }

        @Override
        public void close() {
            states.forEach(FrozenState::close);
        }
    }
}
