package dev.wal.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.TransactionDefinition;

/** Many threads at once, virtual ones where the JDK has them, each with transactions of its own. */
class VirtualThreadTests {
    private static final int THREADS = 200;

    @TempDir
    Path directory;

    @Test
    void eachThreadHasItsOwnTransactionsAndLeavesNothingBound() throws Exception {
        ConcurrentLinkedQueue<String> leftOvers = new ConcurrentLinkedQueue<>();
        CountDownLatch allInside = new CountDownLatch(THREADS);
        try (LogFixture fixture = new LogFixture(directory)) {
            ExecutorService threads = virtualOrPlatformThreads();
            List<Future<?>> ends = new ArrayList<>();
            for (long thread = 0; thread < THREADS; thread++) {
                long id = thread;
                ends.add(threads.submit(() -> {
                    fixture.required().executeWithoutResult(outer -> {
                        fixture.insert(id);
                        awaitAll(allInside);
                        fixture.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                                .executeWithoutResult(inner -> fixture.insert(THREADS + id));
                        if (id % 2 == 1) {
                            outer.setRollbackOnly();
                        }
                    });
                    if (!LogFixture.nothingIsBound()) {
                        leftOvers.add("thread " + id);
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();

            assertThat(leftOvers).isEmpty();
            assertThat(fixture.committed())
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 2 * THREADS)
                            .filter(id -> id >= THREADS || id % 2 == 0)
                            .boxed()
                            .toList());
        }
    }

    /** All are in a transaction before any goes on, so that there are as many transactions as threads. */
    private static void awaitAll(CountDownLatch allInside) {
        allInside.countDown();
        try {
            assertThat(allInside.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Compiled for Java 17, which has no virtual threads; from 21 on these are. */
    private static ExecutorService virtualOrPlatformThreads() throws ReflectiveOperationException {
        return Runtime.version().feature() < 21
                ? Executors.newFixedThreadPool(THREADS)
                : (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
    }
}
