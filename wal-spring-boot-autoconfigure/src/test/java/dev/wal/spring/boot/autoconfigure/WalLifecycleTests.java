package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalStatus;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.spring.FailingStorage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.KafkaListenerConfigUtils;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/** When the log is forced as an application stops; with a log that leaves forcing to others. */
class WalLifecycleTests {
    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void runnerWithALogThatDoesNotForce() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
                .withPropertyValues(
                        "wal.directory=" + directory, "wal.segment.size=64KB", "wal.durability.level=no-sync");
    }

    @Test
    void stopsAfterWebServerListenersAndExecutors() {
        new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        TomcatServletWebServerAutoConfiguration.class,
                        TaskExecutionAutoConfiguration.class,
                        TaskSchedulingAutoConfiguration.class,
                        KafkaAutoConfiguration.class))
                .withUserConfiguration(Scheduling.class)
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB", "server.port=0")
                .run(context -> {
                    int phase = context.getBean(WalLifecycle.class).getPhase();
                    // Higher phases stop first.
                    assertThat(List.of(
                                    "webServerGracefulShutdown",
                                    "webServerStartStop",
                                    "applicationTaskExecutor",
                                    "taskScheduler",
                                    KafkaListenerConfigUtils.KAFKA_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME))
                            .allSatisfy(name -> assertThat(context.getBean(name, SmartLifecycle.class)
                                            .getPhase())
                                    .isGreaterThan(phase));
                });
    }

    @Test
    void stoppingForcesWhatWasWritten() {
        runner.run(context -> {
            WalManager log = context.getBean(WalManager.class);
            long written = write(log);

            context.stop();

            assertThat(forced(log)).isEqualTo(written);
        });
    }

    @Test
    void whatAnExecutorWritesWhileItStopsIsForced() {
        runner.withUserConfiguration(WritingAsItStops.class).run(context -> {
            context.stop();

            long written = context.getBean(WriterInPhaseOfExecutors.class).written;
            assertThat(written).isNotNegative();
            assertThat(forced(context.getBean(WalManager.class))).isEqualTo(written);
        });
    }

    @Test
    void theLogStaysUsableWhenOnlyTheLifecycleIsStopped() {
        runner.run(context -> {
            WalManager log = context.getBean(WalManager.class);
            context.stop();
            assertThat(log.status().state()).isEqualTo(WalStatus.State.OPEN);
            long written = write(log);

            context.start();
            context.stop();

            assertThat(forced(log)).isEqualTo(written);
        });
    }

    @Test
    void closingLetsGoOfTheDirectory() {
        runner.run(context -> {
            write(context.getBean(WalManager.class));

            context.close();

            try (WalManager again = WalManager.open(
                    WalOptions.builder(directory).segmentSize(64 * 1024).build())) {
                assertThat(again.recoveryReport().transactions()).isEqualTo(1);
            }
        });
    }

    /** A pause ends with a restart in the same process; nothing of the log has to go for that. */
    @Test
    void aPauseDoesNotStopIt() {
        runner.run(context -> {
            assertThat(context.getBean(WalLifecycle.class).isPauseable()).isFalse();

            context.pause();

            assertThat(context.getBean(WalLifecycle.class).isRunning()).isTrue();
        });
    }

    @Test
    void stoppingAFailedLogDoesNotThrow() {
        FailingStorage storage = new FailingStorage(directory);
        runner.withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    WalManager log = context.getBean(WalManager.class);
                    write(log);
                    storage.failForces();
                    assertThatThrownBy(log::sync).isInstanceOf(WalException.class);

                    assertThatCode(context.getBean(WalLifecycle.class)::stop).doesNotThrowAnyException();
                });
    }

    private static long write(WalManager log) {
        return log.logInsert("audit", 0, 1, Row.of());
    }

    private static long forced(WalManager log) {
        return log.status().partitions().get(0).durableLsn();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    @Configuration(proxyBeanMethods = false)
    static class WritingAsItStops {
        @Bean
        WriterInPhaseOfExecutors writer(WalManager log) {
            return new WriterInPhaseOfExecutors(log);
        }
    }

    /** Stands for a task that its executor waits for. */
    static class WriterInPhaseOfExecutors implements SmartLifecycle {
        private final WalManager log;
        private boolean running;
        private long written = -1;

        WriterInPhaseOfExecutors(WalManager log) {
            this.log = log;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            written = write(log);
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return ExecutorConfigurationSupport.DEFAULT_PHASE;
        }
    }
}
