package dev.wal.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.CommitUnknownException;
import dev.wal.record.Row;
import dev.wal.spring.FailingStorage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gauges of a log, which is looked at once for all of them. */
class WalStateMetricsTests {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final MovedClock clock = new MovedClock();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private FailingStorage storage;
    private WalManager log;

    /** A registry refers to it weakly. */
    private WalStateMetrics metrics;

    @BeforeEach
    void open() {
        storage = new FailingStorage(directory);
        log = WalManager.open(WalOptions.builder(directory)
                .segmentSize(64 * 1024)
                .maxDisk(1024 * 1024)
                .storage(storage)
                .clock(clock)
                .build());
        metrics = new WalStateMetrics(log, nanos::get);
        metrics.bindTo(registry);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void insert() {
        log.logInsert("audit", 0, 1, Row.of());
    }

    /** As it is now, not as it was a moment ago. */
    private double gaugeNow(String name) {
        nanos.addAndGet(RecentStatus.KEPT.toNanos());
        return gauge(name);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double appended() {
        return registry.get("wal.appended").functionCounter().count();
    }

    @Test
    void whatIsShownIsOfOneMomentUntilItIsOld() {
        double before = appended();
        insert();
        long position = log.status().position();

        nanos.addAndGet(RecentStatus.KEPT.toNanos() - 1);
        assertThat(appended()).isEqualTo(before);
        nanos.incrementAndGet();

        assertThat(appended()).isGreaterThanOrEqualTo(position);
    }

    @Test
    void theLogIsLookedAtOnceInAMoment() {
        RecentStatus recent = new RecentStatus(log, nanos::get);
        var status = recent.get();

        assertThat(recent.get()).isSameAs(status);
        nanos.addAndGet(RecentStatus.KEPT.toNanos());
        assertThat(recent.get()).isNotSameAs(status);
    }

    @Test
    void aClockThatBeganBelowZeroDoesNotKeepAStatusForEver() {
        nanos.set(Long.MAX_VALUE);
        RecentStatus recent = new RecentStatus(log, nanos::get);
        var status = recent.get();
        nanos.addAndGet(RecentStatus.KEPT.toNanos());

        assertThat(recent.get()).isNotSameAs(status);
    }

    @Test
    void aLogThatHasFailedIsNotOpen() {
        assertThat(gaugeNow("wal.open")).isEqualTo(1);
        storage.failForces();
        assertThatThrownBy(this::insert).isInstanceOf(CommitUnknownException.class);

        assertThat(gaugeNow("wal.open")).isZero();
    }

    @Test
    void whatIsNotForcedYetIsShown() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(2);
        CountDownLatch released = new CountDownLatch(1);
        try {
            storage.beforeForces(() -> await(released));
            Future<?> forcing = writers.submit(this::insert);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> gaugeNow("wal.unforced") > 0 && gaugeNow("wal.commits.waiting") == 0);
            Future<?> waiting = writers.submit(this::insert);
            Awaitility.await().atMost(PATIENCE).until(() -> gaugeNow("wal.commits.waiting") == 1);

            released.countDown();
            forcing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(gaugeNow("wal.commits.waiting")).isZero();
            // The mark of an idle log is not forced for a moment.
            Awaitility.await().atMost(PATIENCE).until(() -> gaugeNow("wal.unforced") == 0);
        } finally {
            released.countDown();
            writers.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void segmentsAndWhatTheyTakeAreShown() {
        assertThat(gauge("wal.segments")).isEqualTo(1);
        assertThat(gauge("wal.segments.size")).isEqualTo(64 * 1024);
        assertThat(gauge("wal.disk.used")).isGreaterThanOrEqualTo(64 * 1024);
        assertThat(gauge("wal.disk.limit")).isEqualTo(1024 * 1024);
        assertThat(gauge("wal.refusing")).isZero();
    }

    @Test
    void theAgeOfTheOldestCheckpointGrows() {
        assertThat(checkpointAgeSeconds()).isNaN();
        insert();
        log.checkpointAll();
        clock.now = NOON.plusSeconds(90);

        assertThat(checkpointAgeSeconds()).isEqualTo(90);
    }

    private double checkpointAgeSeconds() {
        return registry.get("wal.checkpoint.age").timeGauge().value(TimeUnit.SECONDS);
    }

    private static final class MovedClock extends Clock {
        private volatile Instant now = NOON;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
