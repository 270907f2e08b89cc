package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalTransaction;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.Storage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand virtual threads on one log, where there are virtual threads; else some hundreds of platform threads. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyThreadsTest {
    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;
    private static final boolean VIRTUAL = Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
    private static final int THREADS = VIRTUAL ? 10_000 : 500;
    private static final int COMMITS_OF_A_KEY = 10;
    private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(3);

    private final CountDownLatch allStarted = new CountDownLatch(THREADS);

    /** As many threads as tasks. The classes are those of Java 17, so that the method of later ones is looked up. */
    static ExecutorService threads() throws Throwable {
        if (!VIRTUAL) {
            return Executors.newCachedThreadPool();
        }
        return (ExecutorService) MethodHandles.publicLookup()
                .findStatic(
                        Executors.class,
                        "newVirtualThreadPerTaskExecutor",
                        MethodType.methodType(ExecutorService.class))
                .invoke();
    }

    @Test
    void theyDoNotDeadlockBesideCheckpointsAndEveryCommitIsFoundAgain() throws Throwable {
        commitBesideCheckpoints(new MemoryStorage());
    }

    @Test
    void norDoTheyOnRealFiles(@TempDir Path directory) throws Throwable {
        commitBesideCheckpoints(Storage.of(directory));
    }

    private void commitBesideCheckpoints(Storage storage) throws Throwable {
        ExecutorService threads = threads();
        try (MapLog log = new MapLog(storage, LOCK_TIMEOUT)) {
            List<Future<?>> commits = new ArrayList<>();
            for (long i = 0; i < THREADS; i++) {
                long own = i;
                commits.add(threads.submit(() -> {
                    allStarted.countDown();
                    allStarted.await();
                    commit(log, own);
                    return null;
                }));
            }
            while (!commits.stream().allMatch(Future::isDone)) {
                log.manager().checkpointAll();
            }
            for (Future<?> commit : commits) {
                get(commit);
            }
        } finally {
            threads.shutdown();
        }
        try (MapLog log = new MapLog(storage, LOCK_TIMEOUT)) {
            for (long key = 0; key < THREADS / COMMITS_OF_A_KEY; key++) {
                assertThat(log.map().get(key)).as("key %d", key).isEqualTo(Integer.toString(COMMITS_OF_A_KEY));
            }
            assertThat(log.map().size()).isEqualTo(THREADS / COMMITS_OF_A_KEY + THREADS / 2);
        }
    }

    private static void get(Future<?> commit) throws Throwable {
        try {
            commit.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    /** Counts in a map, under the lock of a key that others want, too, and adds a key of its own. */
    private static void commit(MapLog log, long own) {
        long key = own / COMMITS_OF_A_KEY;
        log.inTransaction(() -> {
            String count = log.map().getForUpdate(key);
            log.map().put(key, count == null ? "1" : Integer.toString(Integer.parseInt(count) + 1));
            WalTransaction.Savepoint savepoint = log.current().savepoint();
            // A key of its own for each thread, mostly in another partition.
            log.map().put(THREADS + own, "own");
            if (own % 2 == 0) {
                log.current().rollbackTo(savepoint);
            }
        });
    }
}
