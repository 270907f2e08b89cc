package dev.wal.proof;

import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointSchedule;
import dev.wal.TransactionOptions;
import dev.wal.WalCursor;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.WalOvertakenException;
import dev.wal.listener.ListenerOptions;
import dev.wal.listener.WalListeners;
import dev.wal.state.MapView;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.WalStates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A log with all that uses one, from its open to its close: writers at all levels, spilled and rolled back transactions, a map, listeners, checkpoints with snapshots, and readers. What it keeps does not grow. */
final class MixedLoad implements AutoCloseable {
    static final int SEGMENT_SIZE = 128 << 10;

    private static final int WRITERS = 3;
    private static final int KEYS = 3_000;
    private static final int MAX_TRANSACTION_SIZE = 16 << 10;
    private static final int LARGE_EVERY = 50;
    private static final int REMOVED_EVERY = 5;
    private static final int LONGEST_VALUE = 400;
    private static final Duration LISTENER_WAIT = Duration.ofSeconds(60);

    private final BoundTransactions bound = new BoundTransactions();
    private final TableMap<Long, String> map = TableMap.builder(
                    "map", Serializers.longs(), Serializers.strings(), bound)
            .build();
    private final LongAdder commits = new LongAdder();
    private final LongAdder heard = new LongAdder();
    private final WalManager wal;
    private final AutomaticCheckpoints checkpoints;
    private final WalListeners listeners;

    MixedLoad(Path directory, Level level) {
        wal = WalManager.open(WalOptions.builder(directory)
                .partitions(Plan.PARTITIONS)
                .durability(level.durability())
                .segmentSize(SEGMENT_SIZE)
                .maxTransactionSize(MAX_TRANSACTION_SIZE)
                .build());
        WalStates.attach(wal, List.of(map, new Journal()));
        if (map.size() == 0) {
            fill();
        }
        checkpoints =
                new AutomaticCheckpoints(wal, CheckpointSchedule.never().withMaxLogSize(8 * SEGMENT_SIZE)).start();
        listeners = new WalListeners(wal);
        for (String id : List.of("all", "map")) {
            ListenerOptions.Builder options = ListenerOptions.builder(id);
            listeners.add((id.equals("map") ? options.tables("map") : options).build(), change -> heard.increment());
            listeners.start(id);
        }
    }

    /** Writes and reads in several threads for a time, and waits for all of them. */
    void run(long nanos, long seed) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + nanos;
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                running.add(threads.submit(() -> write(writer, new Random(seed + writer), end)));
            }
            running.add(threads.submit(() -> read(end)));
            for (Future<?> future : running) {
                future.get();
            }
        } finally {
            threads.shutdown();
            // What a thread holds counts until it is gone.
            threads.awaitTermination(LISTENER_WAIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** What it takes when nobody writes, listeners have heard all and have been stopped, and each partition is checkpointed. */
    Footprint footprint(Path directory) throws IOException {
        long end = System.nanoTime() + LISTENER_WAIT.toNanos();
        while (listeners.statuses().stream().anyMatch(status -> status.lagBytes() != 0)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Listeners are behind: " + listeners.statuses());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        stopListeners();
        checkpoints.stop();
        wal.checkpointAll();
        // What the checkpoint before needs is kept, too. That one may be old, where the thread that takes them gets no
        // time.
        changeEachPartition();
        wal.checkpointAll();
        return Footprint.of(directory);
    }

    long commits() {
        return commits.sum();
    }

    long heard() {
        return heard.sum();
    }

    private void write(int writer, Random random, long end) {
        for (long number = 1; number == 1 || System.nanoTime() < end; number++) {
            try (WalTransaction transaction = wal.begin(options(random))) {
                bound.bind(transaction);
                change(writer, number, random, transaction);
                int ending = number == 1 ? 1 : random.nextInt(8);
                if (ending == 0) {
                    transaction.rollback();
                    continue;
                }
                if (ending == 1) {
                    transaction.commitAsync().join();
                } else {
                    transaction.commit();
                }
                commits.increment();
            } finally {
                bound.bind(null);
            }
        }
    }

    private void changeEachPartition() {
        try (WalTransaction transaction = wal.begin()) {
            for (int partition = 0; partition < Plan.PARTITIONS; partition++) {
                Plan.Entry entry = new Plan.Entry(partition, partition, new byte[1]);
                transaction.insert(Journal.TABLE, partition, 1, Journal.row(WRITERS, 1, entry));
            }
            transaction.commit();
        }
    }

    /** As many as there will always be about, so that nothing grows because the map fills. */
    private void fill() {
        try (WalTransaction transaction = wal.begin()) {
            bound.bind(transaction);
            for (long key = 0; key < (long) KEYS * WRITERS; key++) {
                if (key % REMOVED_EVERY != 0) {
                    map.put(key, "v".repeat(LONGEST_VALUE / 2));
                }
            }
            transaction.commit();
        } finally {
            bound.bind(null);
        }
    }

    private static TransactionOptions options(Random random) {
        TransactionOptions own = TransactionOptions.defaults();
        return switch (random.nextInt(6)) {
            case 0 -> own.withDurability(Level.SYNCHRONOUS.durability());
            case 1 -> own.withDurability(Level.GROUP_COMMIT.durability());
            case 2 -> own.withDurability(Level.NO_SYNC.durability());
            default -> own;
        };
    }

    /** Each writer has keys of its own, of which there are always about as many. One transaction of fifty is written in parts. */
    private void change(int writer, long number, Random random, WalTransaction transaction) {
        boolean large = random.nextInt(LARGE_EVERY) == 0;
        int changes = large ? 60 : 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            long key = (long) KEYS * writer + random.nextInt(KEYS);
            if (random.nextInt(REMOVED_EVERY) == 0) {
                map.remove(key);
            } else {
                map.put(key, "v".repeat(random.nextInt(LONGEST_VALUE)));
            }
            WalTransaction.Savepoint savepoint = transaction.savepoint();
            Plan.Entry entry = new Plan.Entry(random.nextInt(Plan.PARTITIONS), i, new byte[random.nextInt(400)]);
            transaction.insert(Journal.TABLE, entry.partition(), number, Journal.row(writer, number, entry));
            if (random.nextInt(10) == 0) {
                transaction.rollbackTo(savepoint);
            } else {
                transaction.release(savepoint);
            }
        }
    }

    private void read(long end) {
        long sum = 0;
        while (System.nanoTime() < end) {
            try (MapView<Long, String> view = map.view()) {
                for (Map.Entry<Long, String> entry : view) {
                    sum += entry.getValue().length();
                }
            }
            try (WalCursor cursor = wal.cursor(wal.firstPosition())) {
                for (int i = 0; i < 200 && cursor.next().isPresent(); i++) {
                    sum++;
                }
            } catch (WalOvertakenException e) {
                // A checkpoint was faster.
            }
        }
        if (sum < 0) {
            throw new IllegalStateException("overflow");
        }
    }

    private void stopListeners() {
        if (!listeners.stopAll(LISTENER_WAIT)) {
            throw new IllegalStateException("A listener does not stop within " + LISTENER_WAIT);
        }
    }

    @Override
    public void close() {
        stopListeners();
        listeners.close();
        checkpoints.stop();
        wal.close();
    }
}
