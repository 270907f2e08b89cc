package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.DrivenLog;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order in which a checkpoint does what it does, as docs/crash-safety.md tells it: some wrong orders lose nothing in most crashes. */
class CheckpointStepsTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final List<String> steps = new ArrayList<>();

    /** Of this thread alone: segments are made by another one. */
    private void record(Thread thread, Call call) {
        String step = step(call);
        boolean repeated = !steps.isEmpty() && steps.get(steps.size() - 1).equals(step);
        if (Thread.currentThread() == thread && !step.isEmpty() && !repeated) {
            steps.add(step);
        }
    }

    private static String step(Call call) {
        boolean temporary = FileNames.isTemporary(call.file());
        if (call.is(Op.FORCE_DIRECTORY)) {
            return "force directory";
        } else if (call.isOfTheLog()) {
            return call.is(Op.FORCE) ? "force log" : call.is(Op.WRITE) ? "write log" : "";
        } else if (call.file().startsWith("snapshot-")) {
            return switch (call.op()) {
                case WRITE -> "write snapshot";
                case FORCE -> "force snapshot";
                case RENAME -> "rename snapshot";
                case DELETE -> "delete snapshot";
                default -> "";
            };
        } else if (call.file().startsWith(FileNames.MANIFEST)) {
            return switch (call.op()) {
                case WRITE -> "write manifest";
                case FORCE -> "force manifest";
                case RENAME -> "rename manifest";
                default -> "";
            };
        }
        return temporary && call.is(Op.RENAME) ? "put segment aside" : "";
    }

    @Test
    void eachStepIsDurableBeforeTheNextOneReliesOnIt() {
        Bound bound = new Bound();
        TableMap<Long, String> map = TableMap.builder("names", Serializers.longs(), Serializers.strings(), bound)
                .build();
        // Without threads: one that forces meanwhile would take a step away from the checkpoint.
        try (WalManager wal = DrivenLog.open(WalOptions.builder(storage.directory())
                        .storage(storage)
                        .partitions(1)
                        .segmentSize(16 * 1024)
                        .durability(Durability.noSync())
                        .build())
                .manager()) {
            WalStates.attach(wal, List.of(map));
            for (int i = 0; i < 3; i++) {
                put(wal, bound, map, 40);
                if (i < 2) {
                    wal.checkpoint(0);
                }
            }
            put(wal, bound, map, 1);
            Thread thread = Thread.currentThread();
            storage.failBy(call -> record(thread, call));

            assertThat(wal.checkpoint(0).segmentsDropped()).isPositive();
            storage.heal();
        }

        assertThat(steps)
                .containsExactly(
                        "force log",
                        "write snapshot",
                        "force snapshot",
                        "rename snapshot",
                        "force directory",
                        "write log",
                        "force log",
                        "write manifest",
                        "force manifest",
                        "rename manifest",
                        "force directory",
                        "delete snapshot",
                        "put segment aside",
                        "force directory");
    }

    private static void put(WalManager wal, Bound bound, DurableMap<Long, String> map, int entries) {
        for (long key = 0; key < entries; key++) {
            try (WalTransaction transaction = wal.begin()) {
                bound.transaction = transaction;
                map.put(key, "x".repeat(900));
                transaction.commit();
            } finally {
                bound.transaction = null;
            }
        }
    }

    private static final class Bound implements TransactionContext {
        private @Nullable WalTransaction transaction;

        @Override
        public @Nullable WalTransaction current() {
            return transaction;
        }

        @Override
        public WalTransaction required() {
            if (transaction == null) {
                throw new IllegalStateException("no transaction");
            }
            return transaction;
        }
    }
}
