package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wal.AutomaticCheckpoints;
import dev.wal.CheckpointReport;
import dev.wal.CheckpointSchedule;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalStatus;
import dev.wal.common.WalObserver;
import dev.wal.record.Row;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionSystemException;

/** Checkpoints that nobody asks for, as an application has them. */
class AutomaticCheckpointsTests {
    private static final String BY_SIZE = "wal.checkpoint.max-log-size=256KB";

    @TempDir
    Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.wal");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private ApplicationContextRunner runner;

    @BeforeEach
    void watchTheLogger() {
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void leaveTheLogger() {
        logger.setLevel(Level.OFF);
        logger.detachAppender(logged);
    }

    private List<String> messages(Level level) {
        return logged.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @BeforeEach
    void runnerWithSmallSegments() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    private ApplicationContextRunner withMap() {
        return runner.withUserConfiguration(Numbers.class);
    }

    private static AutomaticCheckpoints.Status status(ConfigurableApplicationContext context) {
        return context.getBean(AutomaticCheckpoints.class).status();
    }

    private static void put(ConfigurableApplicationContext context, long key) {
        context.getBean(Writer.class).put(key, key);
    }

    private static WalManager log(ConfigurableApplicationContext context) {
        return context.getBean(WalManager.class);
    }

    // Properties.

    @Test
    void bySizeAndAtTheEndAreOnByDefault() {
        withMap().run(context -> {
            assertThat(status(context).schedule()).isEqualTo(new CheckpointSchedule(256 << 20, null, true));
            assertThat(status(context).running()).isTrue();
        });
    }

    @Test
    void eachCanBeSet() {
        withMap()
                .withPropertyValues(
                        "wal.checkpoint.max-log-size=1GB",
                        "wal.checkpoint.interval=15m",
                        "wal.checkpoint.on-shutdown=false")
                .run(context -> assertThat(status(context).schedule())
                        .isEqualTo(new CheckpointSchedule(1 << 30, Duration.ofMinutes(15), false)));
    }

    @Test
    void allCanBeOff() {
        withMap()
                .withPropertyValues("wal.checkpoint.max-log-size=0", "wal.checkpoint.on-shutdown=false")
                .run(context -> {
                    assertThat(status(context).schedule()).isEqualTo(CheckpointSchedule.never());
                    assertThat(status(context).running()).isFalse();
                });
    }

    @Test
    void aBadValueIsRefusedByTheNameOfItsProperty() {
        assertRefused("wal.checkpoint.max-log-size", "10KB", "65536");
        assertRefused("wal.checkpoint.max-log-size", "-1MB", "65536");
        assertRefused("wal.checkpoint.interval", "0s", "1 s");
    }

    private void assertRefused(String property, String value, String reason) {
        withMap()
                .withPropertyValues(property + "=" + value)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                            assertThat(refused.getName()).isEqualTo(property);
                            assertThat(refused.getReason()).contains(reason);
                        }));
    }

    // While it runs.

    @Test
    void aLogThatGrowsIsCheckpointed() {
        Semaphore taken = new Semaphore(0);
        withMap()
                .withPropertyValues(BY_SIZE)
                .withBean(WalOptionsCustomizer.class, () -> options -> options.observer(countingIn(taken)))
                .run(context -> {
                    for (long key = 0; log(context).status().position() < 200 << 10; key++) {
                        put(context, key % 100);
                    }

                    assertThat(taken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                    assertThat(log(context).checkpoints()).isNotEmpty();
                });
    }

    private static WalObserver countingIn(Semaphore taken) {
        return new WalObserver() {
            @Override
            public void checkpointed(long nanos, int segmentsDropped) {
                taken.release();
            }
        };
    }

    @Test
    void aLogWithoutAnyStateIsLeftAloneAndSaysSoOnce() {
        runner.withPropertyValues(BY_SIZE).run(context -> {
            log(context).logInsert("audit", 0, 1, Row.of());
            context.stop();

            assertThat(status(context).running()).isFalse();
            assertThat(status(context).lastFailure()).isEmpty();
            assertThat(messages(Level.INFO))
                    .filteredOn(line -> line.contains("no state is declared"))
                    .hasSize(1);
            assertThat(messages(Level.WARN)).isEmpty();
        });
    }

    // At the end.

    @Test
    void aCheckpointIsTakenWhenTheApplicationStops() {
        withMap().run(context -> put(context, 1));

        withMap().run(context -> {
            assertThat(log(context).checkpoints()).isNotEmpty();
            assertThat(context.getBean(Writer.class).get(1)).isEqualTo(1);
        });
    }

    @Test
    void noneIsTakenWhenNothingWasCommittedSince() {
        withMap().run(context -> {
            put(context, 1);
            context.stop();
            CheckpointReport first = status(context).lastSuccess().orElseThrow();

            context.start();
            context.stop();

            assertThat(status(context).lastSuccess()).containsSame(first);
        });
    }

    @Test
    void theyGoOnAfterAStopAndAStart() {
        withMap().withPropertyValues(BY_SIZE).run(context -> {
            context.stop();
            assertThat(status(context).running()).isFalse();
            put(context, 1);

            context.start();
            assertThat(status(context).running()).isTrue();
            context.stop();

            assertThat(status(context).lastSuccess()).isPresent();
        });
    }

    @Test
    void aPauseDoesNotStopThem() {
        withMap().run(context -> {
            context.pause();

            assertThat(status(context).running()).isTrue();
        });
    }

    @Test
    void oneThatIsRefusedAtTheEndIsLoggedAndTheLogIsForced() {
        withMap().withPropertyValues("wal.durability.level=no-sync").run(context -> {
            log(context).logInsert("audit", 0, 1, Row.of());

            context.stop();

            assertThat(messages(Level.WARN)).singleElement().asString().contains("audit");
            assertThat(log(context).status().partitions())
                    .anyMatch(partition -> partition.appendedLsn() >= 0)
                    .allMatch(partition -> partition.durableLsn() == partition.appendedLsn());
        });
    }

    @Test
    void oneThatFailsAtTheEndDoesNotKeepTheContextFromClosing() {
        FailingStorage storage = new FailingStorage(directory);
        withMap()
                .withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    put(context, 1);
                    storage.failCreations(true);

                    assertThatCode(context::close).doesNotThrowAnyException();

                    assertThat(messages(Level.WARN)).anyMatch(line -> line.startsWith("The checkpoint of the log"));
                    storage.failCreations(false);
                    WalManager.open(WalOptions.builder(directory)
                                    .segmentSize(64 * 1024)
                                    .build())
                            .close();
                });
    }

    @Test
    void noneIsTakenOfALogThatHasFailed() {
        FailingStorage storage = new FailingStorage(directory);
        withMap()
                .withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    put(context, 1);
                    storage.failForces();
                    assertThatThrownBy(() -> put(context, 2)).isInstanceOf(TransactionSystemException.class);

                    assertThatCode(context::stop).doesNotThrowAnyException();

                    assertThat(log(context).status().state()).isEqualTo(WalStatus.State.FAILED);
                    assertThat(log(context).checkpoints()).isEmpty();
                    assertThat(status(context).lastFailure()).isEmpty();
                });
    }

    static class Writer {
        private final DurableMap<Long, Long> numbers;

        Writer(DurableMap<Long, Long> numbers) {
            this.numbers = numbers;
        }

        @WalTransactional
        public void put(long key, long value) {
            numbers.put(key, value);
        }

        Long get(long key) {
            return numbers.get(key);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Numbers {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }

        @Bean
        Writer writer(DurableMap<Long, Long> numbers) {
            return new Writer(numbers);
        }
    }
}
