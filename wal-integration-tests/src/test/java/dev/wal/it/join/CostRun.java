package dev.wal.it.join;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.awaitility.Awaitility;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** One way, in an application of its own, beside empty tables. */
final class CostRun implements AutoCloseable {
    private static final int DIGITS = 3;
    private static final Duration TELL_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration TELL_POLL_INTERVAL = Duration.ofMillis(5);

    private final HandOver handOver = new HandOver();
    private final AtomicLong ids = new AtomicLong();
    private final Way way;
    private final ConfigurableApplicationContext application;
    private final PaymentWay payments;

    CostRun(Way way, CrashingPostgres postgres, Path log, int threads) {
        this.way = way;
        postgres.sql().execute("drop table if exists payment, outbox, wal_marker");
        postgres.sql().execute("create table payment (id bigint primary key, amount bigint, reference bigint)");
        postgres.sql()
                .execute("create table outbox (id bigint generated always as identity primary key,"
                        + " payment bigint, amount bigint)");
        application = new SpringApplicationBuilder(way.configuration())
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .initializers(context -> context.getBeanFactory().registerSingleton("handOver", handOver))
                .properties(
                        "wal.directory=" + log,
                        "spring.datasource.url=" + postgres.url(),
                        "spring.datasource.username=postgres",
                        "spring.datasource.hikari.maximum-pool-size=" + (threads + 2))
                .properties(way.properties().toArray(String[]::new))
                .run();
        payments = application.getBean(PaymentWay.class);
    }

    /** As many as there can be. */
    Cost atFullSpeed(int threads, Duration duration) throws InterruptedException, ExecutionException {
        return measure(threads, duration, 0);
    }

    /** One thread with pauses. */
    Cost atSteadyRate(int perSecond, Duration duration) throws InterruptedException, ExecutionException {
        return measure(1, duration, Duration.ofSeconds(1).dividedBy(perSecond).toNanos());
    }

    private Cost measure(int threads, Duration duration, long everyNanos)
            throws InterruptedException, ExecutionException {
        Recorder transactions = new Recorder(DIGITS);
        handOver.take();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(executor.submit(() -> pay(transactions, start, duration.toNanos(), everyNanos)));
            }
            long count = 0;
            for (Future<Long> future : counts) {
                count += future.get();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            int waiting = handOver.waiting();
            return new Cost(count / seconds, transactions.getIntervalHistogram(), told(), waiting);
        } finally {
            executor.shutdown();
        }
    }

    /** What was found until now; where that was too short for anybody to be told, what is found next. */
    private Histogram told() {
        Histogram told = new Histogram(DIGITS);
        Awaitility.await("somebody is told")
                .atMost(TELL_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(TELL_POLL_INTERVAL)
                .until(() -> {
                    told.add(handOver.take());
                    return !way.tells() || told.getTotalCount() > 0;
                });
        return told;
    }

    private long pay(Recorder transactions, long start, long durationNanos, long everyNanos) {
        long count = 0;
        // Once at least, however late this thread comes.
        do {
            long begin = System.nanoTime();
            long id = ids.incrementAndGet();
            payments.pay(id);
            transactions.recordValue(System.nanoTime() - begin);
            if (way.tells()) {
                handOver.committed(id);
            }
            count++;
            for (long wait = start + count * everyNanos - System.nanoTime(); everyNanos > 0 && wait > 0; ) {
                LockSupport.parkNanos(wait);
                wait = start + count * everyNanos - System.nanoTime();
            }
        } while (System.nanoTime() - start < durationNanos);
        return count;
    }

    @Override
    public void close() {
        application.close();
    }
}
