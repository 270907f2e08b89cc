package dev.wal.state;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.interleaving.HeapFiles;
import dev.wal.interleaving.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Transfers between two accounts, locked in the same order, beside one who looks and one who takes snapshots: each view has the same sum, and who lets go of a lock wakes who waits for it. */
public final class TransfersScenario implements Scenario {
    private static final ThreadLocal<@Nullable WalTransaction> CURRENT = new ThreadLocal<>();
    private static final long BALANCE = 100;
    private static final int TRANSFERS = 2;

    private final HeapFiles files = new HeapFiles();
    private WalManager wal;
    private DurableMap<Long, Long> map;

    private static final class Bound implements TransactionContext {
        @Override
        public @Nullable WalTransaction current() {
            return CURRENT.get();
        }

        @Override
        public WalTransaction required() {
            WalTransaction current = CURRENT.get();
            if (current == null) {
                throw new IllegalStateException("no transaction");
            }
            return current;
        }
    }

    private void open() {
        TableMap<Long, Long> table = TableMap.builder("accounts", Serializers.longs(), Serializers.longs(), new Bound())
                .lockTimeout(Duration.ofDays(1))
                .build();
        wal = WalManager.open(WalOptions.builder(files.directory())
                .storage(files)
                .partitions(2)
                .segmentSize(16 * 1024)
                .build());
        WalStates.attach(wal, List.of(table));
        map = table;
    }

    @Override
    public void run(Run run) {
        open();
        inTransaction(() -> {
            map.put(0L, BALANCE);
            map.put(1L, BALANCE);
        });
        int writers = 2 + run.choose(2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            long amount = i + 1;
            boolean rollsBack = run.choose(3) == 0;
            threads.add(run.start("transfers of " + amount, () -> {
                for (int j = 0; j < TRANSFERS; j++) {
                    transfer(amount, rollsBack);
                }
            }));
        }
        threads.add(run.start("viewer", () -> {
            view(run);
            view(run);
        }));
        threads.add(run.start("checkpoint", wal::checkpointAll));
        threads.forEach(run::join);
        Map<Long, Long> before = map.copy();
        wal.close();
        open();
        Map<Long, Long> found = map.copy();
        wal.close();
        if (!found.equals(before)) {
            throw new AssertionError(before + " came back as " + found);
        }
    }

    private void inTransaction(Runnable action) {
        try (WalTransaction transaction = wal.begin()) {
            CURRENT.set(transaction);
            action.run();
            transaction.commit();
        } finally {
            CURRENT.remove();
        }
    }

    private void transfer(long amount, boolean rollsBack) {
        try (WalTransaction transaction = wal.begin()) {
            CURRENT.set(transaction);
            map.put(0L, map.getForUpdate(0L) - amount);
            map.put(1L, map.getForUpdate(1L) + amount);
            if (rollsBack) {
                transaction.rollback();
            } else {
                transaction.commit();
            }
        } finally {
            CURRENT.remove();
        }
    }

    /** What others change while it is gone through is not in it. */
    private void view(Run run) {
        try (MapView<Long, Long> view = map.view()) {
            long sum = 0;
            for (Map.Entry<Long, Long> entry : view) {
                sum += entry.getValue();
                run.step();
            }
            if (sum != 2 * BALANCE) {
                throw new AssertionError("the sum in the view at " + view.position() + " is " + sum);
            }
        }
    }
}
