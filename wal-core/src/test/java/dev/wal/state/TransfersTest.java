package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.storage.MemoryStorage;
import dev.wal.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 64 threads move amounts between 100 accounts in every way that may conflict; whoever looks sees the same sum. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransfersTest {
    private static final int THREADS = 64;
    private static final int ACCOUNTS = 100;
    private static final long BALANCE = 1_000;
    private static final int VIEWERS = 2;

    /** Views and checkpoints do not take the processor from those that they look at. */
    private static final int TRANSFERS_BETWEEN_LOOKS = 50;

    /** Short, because a few of the transactions lock in opposite orders, and go on only when one of them gives up. */
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(50);

    private static final long PATIENCE_SECONDS = 180;

    private static MapLog.Typed<Long> open(Storage storage, Duration lockTimeout) {
        return MapLog.open(
                storage,
                context -> TableMap.builder("accounts", Serializers.longs(), Serializers.longs(), context)
                        .lockTimeout(lockTimeout));
    }

    private static MapLog.Typed<Long> openedWithAccounts(Storage storage) {
        MapLog.Typed<Long> log = open(storage, LOCK_TIMEOUT);
        log.inTransaction(
                () -> LongStream.range(0, ACCOUNTS).forEach(account -> log.map().put(account, BALANCE)));
        return log;
    }

    @Test
    void theSumHoldsInEveryViewAndAfterARestart() throws Exception {
        transfer(new MemoryStorage(), Executors.newCachedThreadPool(), 20);
    }

    @Test
    void itDoesOnRealFiles(@TempDir Path directory) throws Exception {
        transfer(Storage.of(directory), Executors.newCachedThreadPool(), 20);
    }

    @Test
    void itDoesInVirtualThreadsWhereThereAreAny() throws Throwable {
        transfer(new MemoryStorage(), ManyThreadsTest.threads(), 20);
    }

    /** What goes on until all transfers are made, or one of the threads has failed. */
    private static final class Run {
        private final MapLog.Typed<Long> log;
        private final CountDownLatch left = new CountDownLatch(THREADS);
        private final AtomicInteger transfers = new AtomicInteger();
        private final Semaphore viewsDue = new Semaphore(0);
        private final Semaphore checkpointsDue = new Semaphore(0);
        private final AtomicInteger views = new AtomicInteger();
        private final AtomicInteger checkpoints = new AtomicInteger();
        private volatile boolean failed;

        private Run(MapLog.Typed<Long> log) {
            this.log = log;
        }

        /** Waits until enough was transferred for another look; whether there is anything to look at. */
        private boolean goesOn(Semaphore due) {
            due.acquireUninterruptibly();
            return left.getCount() > 0 && !failed;
        }

        private void nextLooks() {
            viewsDue.release(VIEWERS);
            checkpointsDue.release();
        }

        private void fail() {
            failed = true;
            nextLooks();
        }

        private Callable<Void> watched(Runnable action) {
            return () -> {
                try {
                    action.run();
                    return null;
                } catch (Throwable e) {
                    fail();
                    throw e;
                }
            };
        }

        private void view() {
            long position = -1;
            do {
                try (MapView<Long, Long> view = log.map().view()) {
                    assertThat(sum(view.stream()))
                            .as("sum in the view at %d", view.position())
                            .isEqualTo(ACCOUNTS * BALANCE);
                    assertThat(view.position()).isGreaterThanOrEqualTo(position);
                    position = view.position();
                }
                views.incrementAndGet();
            } while (goesOn(viewsDue));
        }

        private void checkpoint() {
            do {
                log.manager().checkpointAll();
                checkpoints.incrementAndGet();
            } while (goesOn(checkpointsDue));
        }

        private void transfer(int thread, int count) {
            Random random = new Random(thread);
            for (int i = 0; i < count && !failed; i++) {
                new Transfer(log, thread, random).untilCommitted();
                if (transfers.incrementAndGet() % TRANSFERS_BETWEEN_LOOKS == 0) {
                    nextLooks();
                }
            }
            left.countDown();
            if (left.getCount() == 0) {
                nextLooks();
            }
        }
    }

    private static long sum(Stream<Map.Entry<Long, Long>> entries) {
        return entries.filter(entry -> entry.getKey() < ACCOUNTS)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void transfer(Storage storage, ExecutorService threads, int transfers) throws Exception {
        try (MapLog.Typed<Long> log = openedWithAccounts(storage)) {
            Run run = new Run(log);
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(threads.submit(run.watched(() -> run.transfer(thread, transfers))));
            }
            for (int i = 0; i < VIEWERS; i++) {
                all.add(threads.submit(run.watched(run::view)));
            }
            all.add(threads.submit(run.watched(run::checkpoint)));
            awaitAll(all, run);
            assertThat(run.views.get()).isPositive();
            assertThat(run.checkpoints.get()).isPositive();
            assertComplete(log, transfers);
        } finally {
            threads.shutdownNow();
        }
        try (MapLog.Typed<Long> log = open(storage, LOCK_TIMEOUT)) {
            assertComplete(log, transfers);
        }
    }

    private static void assertComplete(MapLog.Typed<Long> log, int transfers) {
        Map<Long, Long> found = log.map().copy();
        assertThat(sum(found.entrySet().stream())).isEqualTo(ACCOUNTS * BALANCE);
        for (long thread = 0; thread < THREADS; thread++) {
            assertThat(found.get(ACCOUNTS + thread))
                    .as("transfers of thread %d", thread)
                    .isEqualTo(transfers);
        }
        assertThat(found).hasSize(ACCOUNTS + THREADS);
    }

    private static void awaitAll(List<Future<Void>> all, Run run) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Future<Void> one : all) {
            try {
                one.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                run.fail();
                throw new AssertionError("somebody waits for ever:" + stacks(), e);
            }
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            text.append("\n").append(thread.getName()).append(" ").append(thread.getState());
            for (StackTraceElement frame : stack) {
                text.append("\n    ").append(frame);
            }
        });
        return text.toString();
    }

    /** One amount between two accounts, in one of the ways to do it; counted for its thread in the same transaction. */
    private static final class Transfer {
        private final MapLog.Typed<Long> log;
        private final DurableMap<Long, Long> map;
        private final long counter;
        private final long from;
        private final long to;
        private final long amount;
        private final int way;
        private boolean givenUp;

        private Transfer(MapLog.Typed<Long> log, int thread, Random random) {
            this.log = log;
            this.map = log.map();
            this.counter = ACCOUNTS + thread;
            this.way = random.nextInt(10);
            long one = random.nextInt(ACCOUNTS);
            long other = (one + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            // Those that meet in opposite orders wait for the timeout: so only one way has any order.
            this.from = way == 0 ? one : Math.min(one, other);
            this.to = way == 0 ? other : Math.max(one, other);
            this.amount = random.nextInt(200) - 100;
        }

        private void untilCommitted() {
            while (true) {
                try {
                    log.inTransaction(this::make);
                    return;
                } catch (ConflictException | GivenUpException e) {
                    // Once more.
                }
            }
        }

        private void make() {
            switch (way) {
                case 0 -> lockAsItComes();
                case 1, 2, 3 -> readFirst();
                case 4, 5, 6 -> giveUpOnce();
                default -> lockInOrder();
            }
            map.compute(counter, (key, count) -> count == null ? 1 : count + 1);
        }

        private void lockInOrder() {
            map.getForUpdate(Math.min(from, to));
            map.getForUpdate(Math.max(from, to));
            lockAsItComes();
        }

        private void lockAsItComes() {
            set(from, map.getForUpdate(from) - amount);
            set(to, map.getForUpdate(to) + amount);
        }

        /** Is refused if another one comes between. */
        private void readFirst() {
            long payer = map.get(from);
            long payee = map.get(to);
            set(from, payer - amount);
            set(to, payee + amount);
        }

        /** Twice: nobody may go on from what was there for a moment. */
        private void set(long account, long value) {
            map.put(account, value + 1);
            map.put(account, value);
        }

        private void giveUpOnce() {
            lockInOrder();
            if (!givenUp) {
                givenUp = true;
                throw new GivenUpException();
            }
        }
    }

    /** Rolls a transaction back. */
    private static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void thoseWhoLockInOppositeOrdersDoNotWaitForEver() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (MapLog.Typed<Long> log = openedWithAccounts(new MemoryStorage())) {
            CyclicBarrier bothHaveOne = new CyclicBarrier(2);
            List<Future<Boolean>> both = new ArrayList<>();
            for (long first : List.of(0L, 1L)) {
                both.add(threads.submit(() -> {
                    try {
                        log.inTransaction(() -> {
                            log.map().getForUpdate(first);
                            await(bothHaveOne);
                            log.map().getForUpdate(1 - first);
                        });
                        return false;
                    } catch (LockConflictException e) {
                        return true;
                    }
                }));
            }
            int conflicts = 0;
            for (Future<Boolean> one : both) {
                conflicts += one.get(PATIENCE_SECONDS, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(conflicts).as("transactions that were refused").isPositive();
            log.inTransaction(() -> LongStream.of(0, 1).forEach(log.map()::getForUpdate));
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
