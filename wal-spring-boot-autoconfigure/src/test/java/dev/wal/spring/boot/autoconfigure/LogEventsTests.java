package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.wal.WalManager;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.state.DurableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the log writes to the application's own log, for collectors that read key-value pairs. */
class LogEventsTests {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.wal");
    private final Level before = logger.getLevel();
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
            if (event.getLevel() == Level.ERROR) {
                failed.countDown();
            }
        }
    };

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(before);
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB");
    }

    private Map<String, String> pairsOf(String message) {
        ILoggingEvent event = events.stream()
                .filter(candidate -> candidate.getFormattedMessage().contains(message))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no message '" + message + "' in " + events));
        return event.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    @Test
    void recoveryNamesItsDirectoryAndDuration() {
        runner().run(context -> context.getBean(WalManager.class).logInsert("audit", 0, 1, Row.of()));
        runner().run(context -> assertThat(pairsOf("recovered 1 transactions"))
                .containsEntry("wal.directory", directory.toString())
                .containsEntry("wal.transactions", "1")
                .containsKey("wal.millis"));
    }

    @Test
    void aCheckpointNamesPartitionAndLsn() {
        runner().run(context -> {
            context.getBean(WalManager.class).checkpoint(3);

            assertThat(pairsOf("A checkpoint of 1 partitions"))
                    .containsEntry("wal.directory", directory.toString())
                    .containsKey("wal.millis");
            assertThat(pairsOf("Partition 3 is checkpointed"))
                    .containsEntry("wal.partition", "3")
                    .containsEntry("wal.lsn", "0")
                    .containsKey("wal.position");
        });
    }

    @Test
    void aDamagedSnapshotIsAnErrorThatNamesItsFileAndTheOneThatWasUsed() throws IOException {
        ApplicationContextRunner runner =
                runner().withUserConfiguration(Numbers.class).withPropertyValues("wal.checkpoint.on-shutdown=false");
        runner.run(context -> {
            context.getBean(WalManager.class).checkpoint(2);
            context.getBean(WalManager.class).logInsert("audit", 0, 1, Row.of());
            context.getBean(WalManager.class).checkpoint(2);
        });
        List<Path> snapshots;
        try (Stream<Path> files = Files.list(directory)) {
            snapshots = files.filter(file -> file.getFileName().toString().startsWith("snapshot-"))
                    .sorted()
                    .toList();
        }
        assertThat(snapshots).hasSize(2);
        Files.write(snapshots.get(1), new byte[100]);

        runner.run(context -> assertThat(context).hasNotFailed());

        String message = "Snapshot " + snapshots.get(1) + " of partition 2 is damaged or missing";
        assertThat(events)
                .filteredOn(event -> event.getLevel() == Level.ERROR)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .startsWith(message)
                        .contains(snapshots.get(0).getFileName() + " was used"));
        assertThat(pairsOf(message))
                .containsEntry("wal.directory", directory.toString())
                .containsEntry("wal.partition", "2");
    }

    @Configuration(proxyBeanMethods = false)
    static class Numbers {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }
    }

    @Test
    void theEndOfTheLogNamesDirectoryAndPositionButNoRows() {
        FailingStorage storage = new FailingStorage(directory);
        runner().withBean(WalOptionsCustomizer.class, () -> options -> options.storage(storage))
                .run(context -> {
                    storage.failForces();
                    assertThatThrownBy(() -> context.getBean(WalManager.class)
                                    .logInsert("audit", 0, 1, Row.of(Value.of("secret"))))
                            .isInstanceOf(WalException.class);
                    assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();

                    assertThat(pairsOf("has ended after a failure"))
                            .containsEntry("wal.directory", directory.toString())
                            .containsKey("wal.position");
                    assertThat(events)
                            .noneMatch(event -> event.getFormattedMessage().contains("secret"));
                });
    }
}
