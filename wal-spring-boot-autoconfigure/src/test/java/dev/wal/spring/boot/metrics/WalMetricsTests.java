package dev.wal.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalObserver;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalMetricsAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The meters of an application. */
class WalMetricsTests {
    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void prepare() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        WalMetricsAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
                .withUserConfiguration(Maps.class);
    }

    private void run(Consumer<ApplicationContext> test) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            test.accept(context);
        });
    }

    private static MeterRegistry meters(ApplicationContext context) {
        return context.getBean(MeterRegistry.class);
    }

    private static void put(ApplicationContext context, long key, long value) {
        context.getBean(WalTemplate.class).execute(status -> numbers(context).put(key, value));
    }

    @SuppressWarnings("unchecked") // The only map bean.
    private static DurableMap<Long, Long> numbers(ApplicationContext context) {
        return context.getBean(DurableMap.class);
    }

    private static long commits(ApplicationContext context, String outcome) {
        return meters(context).get("wal.commit").tag("outcome", outcome).timer().count();
    }

    @Test
    void commitsAreCountedAndTimedByTheirOutcome() {
        run(context -> {
            put(context, 1, 1);
            put(context, 2, 2);
            WalManager log = context.getBean(WalManager.class);
            assertThatThrownBy(() -> log.logInsert("audit", 0, 1, Row.of(Value.of(new byte[100_000]))))
                    .isInstanceOf(WalLimitException.class);

            assertThat(commits(context, "committed")).isEqualTo(2);
            assertThat(commits(context, "refused")).isEqualTo(1);
            assertThat(commits(context, "unknown")).isZero();
            assertThat(meters(context)
                            .get("wal.commit")
                            .tag("outcome", "committed")
                            .timer()
                            .totalTime(TimeUnit.NANOSECONDS))
                    .isPositive();
        });
    }

    @Test
    void aCommitWhoseOutcomeIsUnknownIsCountedAsThat() {
        FailingStorage storage = new FailingStorage(directory);
        runner = runner.withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage));
        run(context -> {
            storage.failForces();
            WalManager log = context.getBean(WalManager.class);
            assertThatThrownBy(() -> log.logInsert("audit", 0, 1, Row.of())).isInstanceOf(CommitUnknownException.class);

            assertThat(commits(context, "unknown")).isEqualTo(1);
        });
    }

    @Test
    void forcesAreTimedByTheirReasonAndTellHowManyCommitsSharedThem() {
        run(context -> {
            put(context, 1, 1);

            assertThat(meters(context)
                            .get("wal.force")
                            .tag("reason", "commit")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters(context).get("wal.force.commits").summary().totalAmount())
                    .isEqualTo(1);
        });
    }

    @Test
    void batchesTellTheirSizeAndRecords() {
        AtomicLong appended = new AtomicLong();
        WalObserver own = new WalObserver() {
            @Override
            public void appended(int records, long bytes) {
                appended.addAndGet(bytes);
            }
        };
        runner = runner.withBean("own", WalObserver.class, () -> own);
        run(context -> {
            put(context, 1, 1);

            assertThat(appended).hasPositiveValue();
            assertThat(meters(context).get("wal.batch.size").summary().totalAmount())
                    .isEqualTo(appended.get());
            assertThat(meters(context).get("wal.batch.records").summary().totalAmount())
                    .isEqualTo(3);
        });
    }

    @Test
    void checkpointsAreTimed() {
        run(context -> {
            put(context, 1, 1);
            context.getBean(WalManager.class).checkpointAll();

            assertThat(meters(context)
                            .get("wal.checkpoint")
                            .tag("outcome", "success")
                            .timer()
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void segmentsThatCheckpointsDropAreCounted() {
        runner = runner.withPropertyValues("wal.checkpoint.max-log-size=0");
        run(context -> {
            WalManager log = context.getBean(WalManager.class);
            for (long key = 0; log.status().segments() < 3; key += 200) {
                putMany(context, key, key + 200);
            }
            assertThat(dropped(context)).isZero();

            long dropped = log.checkpointAll().segmentsDropped()
                    + (long) log.checkpointAll().segmentsDropped();

            assertThat(dropped).isPositive();
            assertThat(dropped(context)).isEqualTo(dropped);
        });
    }

    private static double dropped(ApplicationContext context) {
        return meters(context).get("wal.segments.dropped").counter().count();
    }

    private static void putMany(ApplicationContext context, long from, long to) {
        context.getBean(WalTemplate.class).execute(status -> {
            LongStream.range(from, to).forEach(key -> numbers(context).put(key, key));
            return null;
        });
    }

    @Test
    void aCheckpointThatIsRefusedIsCountedAsFailed() {
        run(context -> {
            WalManager log = context.getBean(WalManager.class);
            log.logInsert("nobody's", 0, 1, Row.of());
            assertThatThrownBy(log::checkpointAll).isInstanceOf(CheckpointRefusedException.class);

            assertThat(meters(context)
                            .get("wal.checkpoint")
                            .tag("outcome", "failure")
                            .timer()
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void recoveryIsRememberedThoughItCameBeforeTheRegistry() {
        run(context -> {
            for (String phase : new String[] {"open", "restore"}) {
                assertThat(meters(context)
                                .get("wal.recovery")
                                .tag("phase", phase)
                                .timeGauge()
                                .value(TimeUnit.NANOSECONDS))
                        .isPositive();
            }
        });
    }

    /** LSNs, transactions, rows, tables and partitions would each make a time series of their own. */
    @Test
    void tagsHaveFewValues() {
        run(context -> {
            put(context, 1, 1);
            assertThat(meters(context).getMeters().stream()
                            .map(Meter::getId)
                            .filter(id -> id.getName().startsWith("wal."))
                            .flatMap(id -> id.getTags().stream())
                            .map(Tag::getKey)
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder("outcome", "reason", "phase");
        });
    }

    @Test
    void metersOfTheApplicationTakeTheirPlace() {
        WalEventMetrics own = new WalEventMetrics();
        runner = runner.withBean("own", WalEventMetrics.class, () -> own);
        run(context -> {
            assertThat(context.getBean(WalEventMetrics.class)).isSameAs(own);
            assertThat(context.getBean(WalManager.class).options().observer()).isSameAs(own);
        });
    }

    @Test
    void gaugesOfTheLogAreThere() {
        runner = runner.withPropertyValues("wal.max-disk=1MB");
        run(context -> {
            assertThat(meters(context).get("wal.open").gauge().value()).isEqualTo(1);
            assertThat(meters(context).get("wal.disk.limit").gauge().value()).isEqualTo(1024 * 1024);
        });
    }

    @Test
    void gaugesOfTheApplicationTakeTheirPlace() {
        try (WalManager another = WalManager.open(WalOptions.builder(directory.resolve("another"))
                .segmentSize(64 * 1024)
                .build())) {
            WalStateMetrics own = new WalStateMetrics(another);
            runner = runner.withBean("own", WalStateMetrics.class, () -> own);
            run(context -> assertThat(context.getBean(WalStateMetrics.class)).isSameAs(own));
        }
    }

    @Test
    void anObserverOfTheApplicationIsHeardBesideTheMeters() {
        StringBuilder seen = new StringBuilder();
        WalObserver own = new WalObserver() {
            @Override
            public void recovered(long nanos, long transactions) {
                seen.append("recovered");
            }
        };
        runner = runner.withBean("own", WalObserver.class, () -> own);
        run(context -> {
            put(context, 1, 1);
            assertThat(seen).hasToString("recovered");
            assertThat(commits(context, "committed")).isEqualTo(1);
        });
    }

    @Test
    void anApplicationWithoutARegistryHasNone() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(WalEventMetrics.class).doesNotHaveBean(WalStateMetrics.class);
                    assertThat(context.getBean(WalManager.class).options().observer())
                            .isSameAs(WalObserver.NONE);
                });
    }

    @Test
    void anApplicationWithoutMicrometerMetricsStarts() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(WalManager.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class Maps {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }
    }
}
