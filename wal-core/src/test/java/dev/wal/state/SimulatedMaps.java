package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.DrivenLog;
import dev.wal.InDoubtResolver.Decision;
import dev.wal.InDoubtTransaction;
import dev.wal.WalOptions;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.Durability;
import dev.wal.common.WalException;
import dev.wal.state.SimulatedTransactions.Met;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two maps of one log, over transactions, checkpoints and crashes, next to a {@link MapModel}. One thing happens at a time, though in two threads, and all chances come from seeds: the
 * same steps give the same life.
 */
final class SimulatedMaps implements AutoCloseable {
    static final int MAPS = 2;
    static final int PARTITIONS = 4;
    static final int KEYS = 5;
    private static final int SEGMENT_SIZE = 16 * 1024;

    /** What a log is like, for all its life. */
    record Nature(Durability durability, int maxTransactionSize) {}

    private final Nature nature;
    private final MapModel model = new MapModel();
    private final Set<Met> met = EnumSet.noneOf(Met.class);
    private final SimulatedTransactions transactions = new SimulatedTransactions(model, met);
    private final Set<String> damagedSnapshots = new HashSet<>();
    private final List<HeldView> heldViews = new ArrayList<>();
    private MemoryStorage storage = new MemoryStorage();

    // Of the open log.
    private DrivenLog log;
    private List<DurableMap<Long, String>> maps;

    private record HeldView(MapView<Long, String> view, Map<Long, String> expected) {}

    SimulatedMaps(Nature nature) {
        this.nature = nature;
    }

    Set<Met> met() {
        return met;
    }

    /** Lives through all steps, and opens the log once more. */
    void live(List<MapStep> steps) {
        open(false);
        steps.forEach(this::take);
        reopen();
        log.manager().close();
        assertThat(storage.openFiles()).as("files left open").isZero();
    }

    @Override
    public void close() {
        transactions.close();
    }

    private void take(MapStep step) {
        if (step instanceof MapStep.Begin begin) {
            transactions.begin(begin.elsewhere());
        } else if (step instanceof MapStep.Act act) {
            transactions.act(act);
        } else if (step instanceof MapStep.End end) {
            transactions.end(end);
        } else if (step instanceof MapStep.TakeCheckpoint checkpoint) {
            checkpoint(checkpoint.partition());
        } else if (step instanceof MapStep.TakeCheckpointWhile checkpoint) {
            checkpointWhile(checkpoint);
        } else if (step instanceof MapStep.FailCheckpoint fail) {
            failCheckpoint(fail.call());
        } else if (step instanceof MapStep.DamageSnapshot damage) {
            damageSnapshot(damage.choice());
        } else if (step instanceof MapStep.Crash crash) {
            crash(crash.powerCut(), crash.seed());
        } else if (step instanceof MapStep.CrashDuring crash) {
            crashDuring(crash);
        } else if (step instanceof MapStep.Plain plain) {
            take(plain);
        }
    }

    private void take(MapStep.Plain plain) {
        switch (plain) {
            case LOOK -> look();
            case TAKE_VIEW ->
                IntStream.range(0, MAPS)
                        .forEach(map -> heldViews.add(new HeldView(maps.get(map).view(), model.content(map))));
            case LET_GO_OF_VIEWS -> letGoOfViews();
            case SYNC -> {
                log.manager().sync();
                model.allForced();
            }
            case REST -> log.rest();
            case REOPEN -> reopen();
        }
    }

    // What is seen.

    private void look() {
        for (int i = 0; i < MAPS; i++) {
            DurableMap<Long, String> map = maps.get(i);
            Map<Long, String> expected = model.content(i);
            for (long key = 0; key < KEYS; key++) {
                assertThat(map.get(key)).as("key %d", key).isEqualTo(expected.get(key));
            }
            assertThat(map.size()).isEqualTo(expected.size());
            assertThat(SimulatedTransactions.entries(map)).isEqualTo(expected);
            try (MapView<Long, String> view = map.view()) {
                compare(view, expected);
            }
        }
    }

    private void letGoOfViews() {
        for (HeldView held : heldViews) {
            compare(held.view(), held.expected());
            held.view().close();
        }
        heldViews.clear();
    }

    private static void compare(MapView<Long, String> view, Map<Long, String> expected) {
        for (long key = 0; key < KEYS; key++) {
            assertThat(view.get(key)).as("key %d in a view", key).isEqualTo(expected.get(key));
        }
        assertThat(view.size()).as("size of a view").isEqualTo(expected.size());
        assertThat(SimulatedTransactions.entries(view)).as("a view").isEqualTo(expected);
    }

    // Checkpoints.

    private void checkpoint(int partition) {
        if (partition < PARTITIONS) {
            log.manager().checkpoint(partition);
        } else {
            log.manager().checkpointAll();
        }
    }

    /** What happens meanwhile happens within a call of the storage, as it might in other threads. */
    private void checkpointWhile(MapStep.TakeCheckpointWhile step) {
        int[] writes = new int[1];
        List<Throwable> failures = new ArrayList<>();
        storage.failBy(call -> {
            if (call.is(Op.WRITE) && call.file().startsWith("snapshot-") && ++writes[0] == step.atWrite()) {
                long before = log.manager().status().position();
                try {
                    step.meanwhile().forEach(this::take);
                    if (log.manager().status().position() > before) {
                        met.add(Met.WRITES_WHILE_A_SNAPSHOT_IS_WRITTEN);
                    }
                } catch (RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            }
        });
        checkpoint(step.partition());
        storage.heal();
        failures.forEach(failure -> {
            throw new AssertionError("while a snapshot was written: " + failure.getMessage(), failure);
        });
    }

    private void failCheckpoint(int call) {
        storage.failOnce(call, candidate -> !candidate.isOfTheLog());
        try {
            log.manager().checkpointAll();
        } catch (WalException e) {
            met.add(Met.FAILED_CHECKPOINTS);
            assertThat(log.manager().status().failure()).as("the log goes on").isEmpty();
        } finally {
            storage.heal();
        }
    }

    private void damageSnapshot(int choice) {
        List<String> candidates = keptCheckpoints()
                .filter(kept -> kept.size() == 2
                        && !damagedSnapshots.contains(kept.get(0).snapshot())
                        && !damagedSnapshots.contains(kept.get(1).snapshot()))
                .map(kept -> kept.get(0).snapshot())
                .toList();
        if (!candidates.isEmpty()) {
            String chosen = candidates.get(choice % candidates.size());
            met.add(Met.DAMAGED_SNAPSHOTS);
            damagedSnapshots.add(chosen);
            byte[] bytes = storage.bytes(chosen);
            bytes[bytes.length / 2] ^= 1;
            storage.put(chosen, bytes);
        }
    }

    /** Of each partition as the next open will find them, newest first. */
    private Stream<List<PartitionCheckpoint>> keptCheckpoints() {
        try {
            return new ManifestStore(storage.kill())
                    .read().orElseThrow().partitions().stream().map(partition -> partition.checkpoints());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // Ends and beginnings.

    private void reopen() {
        look();
        letGoOfViews();
        log.manager().close();
        open(false);
    }

    private void crash(boolean powerCut, long seed) {
        Random random = new Random(seed);
        MemoryStorage crashed = powerCut ? storage.powerCut(random) : storage.kill();
        letGoOfViews();
        storage.heal();
        log.manager().close();
        storage = crashed;
        open(powerCut);
    }

    private void crashDuring(MapStep.CrashDuring crash) {
        storage.failFrom(crash.call(), call -> true);
        try {
            switch (crash.doing()) {
                case COMMITTING_ALL -> transactions.commitAll();
                case CHECKPOINTING -> {
                    log.manager().checkpointAll();
                    model.allForced();
                }
                case CLOSING -> log.manager().close();
            }
        } catch (WalException e) {
            // The storage failed in the midst of it, as it should.
        }
        crash(crash.powerCut(), crash.seed());
    }

    private Decision decide(InDoubtTransaction transaction) {
        met.add(Met.IN_DOUBT_AT_AN_OPEN);
        return model.isToBeCommitted(transaction.transactionId()) ? Decision.COMMIT : Decision.ROLL_BACK;
    }

    private void open(boolean powerLost) {
        List<TableMap<Long, String>> tables = IntStream.range(0, MAPS)
                .mapToObj(i -> TableMap.builder("map" + i, Serializers.longs(), Serializers.strings(), transactions)
                        .lockTimeout(Duration.ZERO)
                        .build())
                .toList();
        log = DrivenLog.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .partitions(PARTITIONS)
                .segmentSize(SEGMENT_SIZE)
                .durability(nature.durability())
                .maxTransactionSize(nature.maxTransactionSize())
                .inDoubtResolver(this::decide)
                .clock(DrivenLog.clock())
                .build());
        WalStates.attach(log.manager(), tables);
        maps = List.copyOf(tables);
        transactions.opened(log, maps, nature.durability().forcesBeforeCommitReturns());
        Map<MapModel.Key, String> found = new HashMap<>();
        for (int i = 0; i < MAPS; i++) {
            int map = i;
            maps.get(map).copy().forEach((key, value) -> found.put(new MapModel.Key(map, key), value));
        }
        if (model.opened(found, powerLost)) {
            met.add(Met.ACKNOWLEDGED_AND_LOST);
        }
        look();
    }
}
