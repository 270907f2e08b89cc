package dev.wal.spring.boot.test;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A kill that leaves the tested application alive. */
@SpringBootTest(classes = TestApplication.class)
@AutoConfigureWal
class CrashedLogTests {
    @Autowired
    private WalManager log;

    @Autowired
    private TestApplication.Numbers service;

    private final String key = UUID.randomUUID().toString();

    @Test
    void whatWasCommittedComesBack() {
        service.put(key, 1);

        try (CrashedLog crashed = CrashedLog.of(log);
                WalManager reopened = crashed.open()) {
            assertThat(crashed.directory()).isNotEqualTo(log.status().directory());
            assertThat(reopened)
                    .committedTo("audit")
                    .anyMatch(change -> change.record().toString().contains(key));
        }
        assertThat(log).isOpen();
    }

    @Test
    void whatWasNotCommittedDoesNot() {
        try (WalTransaction open = log.begin()) {
            open.insert("audit", 0, 1, Row.of(Value.of(key)));

            try (CrashedLog crashed = CrashedLog.of(log);
                    WalManager reopened = crashed.open()) {
                assertThat(reopened)
                        .committed()
                        .noneMatch(change -> change.record().toString().contains(key));
            }
        }
    }

    /** At every level: the operating system outlives a process that is killed. */
    @Test
    void whatWasNotForcedComesBackFromAKill() {
        service.put(key, 1);
        try (CrashedLog crashed = CrashedLog.of(log);
                ConfigurableApplicationContext lazy =
                        crashed.start(TestApplication.class, "wal.durability.level=no-sync", "wal.segment.size=1MB")) {
            lazy.getBean(TestApplication.Numbers.class).put(key, 2);

            try (CrashedLog again = CrashedLog.of(lazy.getBean(WalManager.class));
                    ConfigurableApplicationContext restarted =
                            again.start(TestApplication.class, "wal.segment.size=1MB")) {
                assertThat(numbers(restarted)).containsEntry(key, 2);
            }
        }
    }

    @Test
    void snapshotsComeBackToo(@TempDir Path directory) {
        try (ConfigurableApplicationContext running = new SpringApplicationBuilder(MapAlone.class)
                .run("--wal.directory=" + directory, "--wal.segment.size=1MB")) {
            put(running, 1);
            running.getBean(WalManager.class).checkpointAll();
            put(running, 2);

            try (CrashedLog crashed = CrashedLog.of(running.getBean(WalManager.class));
                    ConfigurableApplicationContext restarted = crashed.start(MapAlone.class, "wal.segment.size=1MB")) {
                assertThat(numbers(restarted)).containsEntry(key, 2).hasSize(1);
            }
        }
    }

    private void put(ConfigurableApplicationContext context, int value) {
        context.getBean(WalTemplate.class).execute(status -> numbers(context).put(key, value));
    }

    /** Whose tables can all be checkpointed. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class MapAlone {
        @Bean
        DurableMap<String, Integer> numbers(DurableMaps maps) {
            return maps.map("numbers", String.class, Integer.class);
        }
    }

    @Test
    void theCopyIsDeleted() {
        Path copy;
        try (CrashedLog crashed = CrashedLog.of(log)) {
            copy = crashed.directory();
            assertThat(copy).isDirectory();
        }
        assertThat(copy).doesNotExist();
    }

    @SuppressWarnings("unchecked") // The only map bean.
    private static DurableMap<String, Integer> numbers(ConfigurableApplicationContext context) {
        return context.getBean(DurableMap.class);
    }
}
