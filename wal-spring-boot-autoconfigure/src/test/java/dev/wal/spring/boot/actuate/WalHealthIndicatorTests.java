package dev.wal.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.common.WalException;
import dev.wal.common.WalSpaceException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalHealthContributorAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Whether the log takes commits, as the health endpoint tells it. */
class WalHealthIndicatorTests {
    private static final int SEGMENT_SIZE = 64 * 1024;

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void prepare() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(WalAutoConfiguration.class, WalHealthContributorAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=" + SEGMENT_SIZE + "B");
    }

    private static void commit(WalManager wal) {
        wal.logInsert("table", 0, 1, Row.of(Value.of(new byte[10_000])));
    }

    private static void commitUntilRefused(WalManager wal) {
        assertThatThrownBy(() -> {
                    while (true) {
                        commit(wal);
                    }
                })
                .isInstanceOf(WalSpaceException.class);
    }

    private static Health health(ApplicationContext context) {
        return health(context.getBean(WalHealthIndicator.class));
    }

    private static Health health(HealthIndicator indicator) {
        Health health = indicator.health(true);
        assertThat(health).isNotNull();
        return health;
    }

    private static @Nullable Object warning(ApplicationContext context) {
        return health(context).getDetails().get("warning");
    }

    @Test
    void anOpenLogIsUp() {
        runner.run(context -> {
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails())
                    .containsEntry("directory", directory.toString())
                    .containsEntry("state", "OPEN")
                    .containsKey("diskBytes")
                    .doesNotContainKeys("maxDisk", "warning", "failure");
        });
    }

    @Test
    void aLogWarnsBeforeItsDiskIsFull() {
        runner.withPropertyValues("wal.max-disk=" + 5 * SEGMENT_SIZE + "B").run(context -> {
            WalManager wal = context.getBean(WalManager.class);
            assertThat(health(context).getDetails()).containsEntry("maxDisk", 5L * SEGMENT_SIZE);
            while (wal.status().segments() < 4) {
                assertThat(warning(context)).isNull();
                commit(wal);
            }

            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(warning(context)).asString().contains("80 %", "wal.max-disk", "Take a checkpoint");
        });
    }

    @Test
    void aLogThatRefusesCommitsIsOutOfServiceUntilACheckpoint() {
        WalOptions options = WalOptions.builder(directory)
                .segmentSize(SEGMENT_SIZE)
                .maxDisk(3 * SEGMENT_SIZE)
                .build();
        try (WalManager wal = WalManager.open(options)) {
            WalHealthIndicator indicator = new WalHealthIndicator(wal);
            commitUntilRefused(wal);
            assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health(indicator).getDetails().get("warning")).asString().contains("max-disk");

            wal.checkpointAll();
            commit(wal);

            assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
            assertThat(health(indicator).getDetails()).doesNotContainKey("warning");
        }
    }

    @Test
    void aLogOnAFullDiskIsOutOfServiceAndNamesTheCause() {
        FailingStorage storage = new FailingStorage(directory);
        runner.withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    WalManager wal = context.getBean(WalManager.class);
                    storage.failCreations(true);
                    commitUntilRefused(wal);

                    assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                    assertThat(health(context).getDetails().get("warning"))
                            .asString()
                            .contains("No further segment can be made", "No space left on device");
                });
    }

    @Test
    void aLogIsOutOfServiceBeforeItsLastSegmentIsFull() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.wal.log");
        CountDownLatch notMade = new CountDownLatch(1);
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getMessage().startsWith("No further segment")) {
                    notMade.countDown();
                }
            }
        };
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        try {
            runner.withPropertyValues("wal.max-disk=" + 3 * SEGMENT_SIZE + "B").run(context -> {
                WalManager wal = context.getBean(WalManager.class);
                while (wal.status().segments() < 3) {
                    commit(wal);
                }
                assertThat(notMade.await(60, TimeUnit.SECONDS)).isTrue();

                assertThat(wal.status().disk().refusing()).isFalse();
                assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            });
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }

    @Test
    void aLogThatHasEndedIsDown() {
        FailingStorage storage = new FailingStorage(directory);
        runner.withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    storage.failForces();
                    assertThatThrownBy(() -> commit(context.getBean(WalManager.class)))
                            .isInstanceOf(WalException.class);

                    assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health(context).getDetails().get("failure"))
                            .asString()
                            .contains("Input/output error");
                });
    }

    @Test
    void itCanBeSwitchedOff() {
        runner.withPropertyValues("management.health.wal.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(WalHealthIndicator.class));
    }

    @Test
    void anIndicatorOfTheApplicationTakesItsPlace() {
        HealthIndicator own = () -> Health.unknown().build();
        runner.withBean("walHealthIndicator", HealthIndicator.class, () -> own).run(context -> {
            assertThat(context).doesNotHaveBean(WalHealthIndicator.class);
            assertThat(context.getBean(HealthIndicator.class)).isSameAs(own);
        });
    }

    @Test
    void anApplicationWithoutHealthStarts() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(WalManager.class));
    }

    @Test
    void aLimitOfLessThanTwoSegmentsStopsTheStart() {
        runner.withPropertyValues("wal.max-disk=100KB")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("wal.max-disk")
                        .hasMessageContaining("at least two segments"));
    }
}
