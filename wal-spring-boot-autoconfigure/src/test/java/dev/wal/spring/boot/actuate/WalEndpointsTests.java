package dev.wal.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.AutomaticCheckpoints;
import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.common.WalException;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.FailingStorage;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** The endpoints over HTTP, as an operator meets them. */
class WalEndpointsTests extends OverHttp {
    private static final String[] OPEN = {
        "management.endpoints.web.exposure.include=*", "management.endpoint.walcheckpoint.access=unrestricted"
    };

    @TempDir
    Path directory;

    private void start(String... properties) {
        run(
                Application.class,
                properties,
                "wal.directory=" + directory,
                "wal.segment.size=64KB",
                "wal.max-disk=1MB",
                "test.directory=" + directory);
    }

    @Test
    void theLogIsNotShownUnlessExposed() throws Exception {
        start();
        assertThat(get("/actuator/wal")).isEqualTo(404);
    }

    @Test
    void theLogShowsItsPartitions() throws Exception {
        start(OPEN);
        long position;
        try (WalTransaction transaction = context.getBean(WalManager.class).begin()) {
            transaction.insert("audit", 2, 1, Row.of(Value.of("secret"), Value.of(1)));
            position = transaction.commit().position();
        }

        assertThat(get("/actuator/wal")).isEqualTo(200);
        JsonNode wal = body();
        assertThat(wal.get("durability").asString()).isEqualTo("group-commit");
        assertThat(wal.get("state").asString()).isEqualTo("OPEN");
        assertThat(wal.get("directory").asString()).isEqualTo(directory.toString());
        assertThat(wal.get("durableMark").asLong()).isGreaterThan(position);
        assertThat(wal.get("position").asLong())
                .isGreaterThanOrEqualTo(wal.get("durableMark").asLong());
        assertThat(wal.get("segments").asInt()).isEqualTo(1);
        assertThat(wal.get("bytes").asLong()).isEqualTo(64 * 1024);
        JsonNode segment = wal.get("segmentList").get(0);
        assertThat(segment.get("size").asLong()).isEqualTo(64 * 1024);
        assertThat(segment.get("neededByRecovery").asBoolean()).isTrue();
        assertThat(segment.get("consumers").isEmpty()).isTrue();
        assertThat(wal.get("disk").get("bytes").asLong()).isGreaterThanOrEqualTo(64 * 1024);
        assertThat(wal.get("disk").get("limit").asLong()).isEqualTo(1024 * 1024);
        assertThat(wal.get("disk").get("refusing").asBoolean()).isFalse();
        assertThat(wal.get("partitions").size()).isEqualTo(4);
        JsonNode partition = wal.get("partitions").get(2);
        assertThat(partition.get("partition").asInt()).isEqualTo(2);
        // Begin, Insert and Commit.
        assertThat(partition.get("appendedLsn").asLong()).isEqualTo(2);
        assertThat(partition.get("durableLsn").asLong()).isEqualTo(2);
        assertThat(partition.get("checkpointLsn").asLong()).isEqualTo(-1);
        assertThat(lastBody).doesNotContain("secret");
    }

    @Test
    void onePartitionIsShownAlone() throws Exception {
        start(OPEN);
        assertThat(get("/actuator/wal/3")).isEqualTo(200);
        assertThat(body().get("partition").asInt()).isEqualTo(3);
        assertThat(get("/actuator/wal/4")).isEqualTo(404);
        assertThat(get("/actuator/wal/abc")).isEqualTo(400);
    }

    @Test
    void recoveryShowsItsReport() throws Exception {
        start(OPEN);
        assertThat(get("/actuator/walrecovery")).isEqualTo(200);
        assertThat(body().get("created").asBoolean()).isTrue();
        assertThat(body().get("partitions").size()).isEqualTo(4);
    }

    @Test
    void aCheckpointNeedsNoBody() throws Exception {
        start(OPEN);
        context.getBean(Writer.class).put(1, 1);

        assertThat(post("/actuator/walcheckpoint")).isEqualTo(200);
        assertThat(body().get("partitions").size()).isEqualTo(4);
        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        assertThat(body().get("partitions").size()).isEqualTo(4);
    }

    @Test
    void thoseThatAreTakenByThemselvesAreShown() throws Exception {
        start(OPEN);
        context.getBean(Writer.class).put(1, 1);

        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        JsonNode automatic = body().get("automatic");
        assertThat(automatic.get("running").asBoolean()).isTrue();
        assertThat(automatic.get("maxLogSize").asLong()).isEqualTo(256 << 20);
        assertThat(automatic.get("bytesBetween").asLong())
                .as("a quarter of wal.max-disk")
                .isEqualTo(256 << 10);
        assertThat(automatic.get("bytesSince").asLong()).isPositive();
        assertThat(automatic.get("logBytes").asLong())
                .isGreaterThanOrEqualTo(automatic.get("bytesSince").asLong());
        assertThat(automatic.get("interval").isNull()).isTrue();
        assertThat(automatic.get("onShutdown").asBoolean()).isTrue();
        assertThat(automatic.get("lastSuccess").isNull()).isTrue();
        assertThat(automatic.get("lastFailure").isNull()).isTrue();
        assertThat(automatic.get("retry").isNull()).isTrue();
        assertThat(automatic.get("failuresInARow").asInt()).isZero();

        context.stop();
        context.getBean(Writer.class).put(2, 2);
        context.getBean(WalManager.class).logInsert("nobody's", 1, 1, Row.of());
        context.start();
        context.getBean(AutomaticCheckpoints.class).stop();

        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        automatic = body().get("automatic");
        assertThat(automatic.get("running").asBoolean()).isFalse();
        assertThat(automatic.get("lastSuccess").get("segmentsDropped").asInt()).isZero();
        assertThat(automatic.get("lastFailure").get("message").asString()).contains("nobody's");
        assertThat(automatic.get("failuresInARow").asInt()).isEqualTo(1);
        assertThat(automatic.get("retry").asString()).isNotEmpty();
    }

    @Test
    void aCheckpointOfOnePartitionIsOfThatAlone() throws Exception {
        start(OPEN);
        assertThat(post("/actuator/walcheckpoint/1")).isEqualTo(200);
        assertThat(body().get("partitions").size()).isEqualTo(1);
        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        assertThat(body().get("partitions").size()).isEqualTo(1);
        assertThat(body().get("partitions").get(0).get("partition").asInt()).isEqualTo(1);
    }

    @Test
    void theLastCheckpointOfAPartitionIsShownAlone() throws Exception {
        start(OPEN);
        assertThat(post("/actuator/walcheckpoint/1")).isEqualTo(200);

        assertThat(get("/actuator/walcheckpoint/1")).isEqualTo(200);
        JsonNode shown = body();
        assertThat(shown.propertyNames())
                .containsExactlyInAnyOrder("partition", "lsn", "position", "redoPosition", "time", "snapshot");
        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        assertThat(shown).isEqualTo(body().get("partitions").get(0));
    }

    @Test
    void aPartitionWithoutACheckpointIsShownWithNulls() throws Exception {
        start(OPEN);
        assertThat(get("/actuator/walcheckpoint/3")).isEqualTo(200);
        assertThat(body().get("partition").asInt()).isEqualTo(3);
        assertThat(List.of("lsn", "position", "redoPosition", "time", "snapshot"))
                .allSatisfy(name -> assertThat(body().get(name).isNull()).isTrue());
    }

    @Test
    void anUnknownPartitionIsNotFound() throws Exception {
        start(OPEN);
        assertThat(get("/actuator/walcheckpoint/4")).isEqualTo(404);
        assertThat(get("/actuator/walcheckpoint/-1")).isEqualTo(404);
        assertThat(post("/actuator/walcheckpoint/4")).isEqualTo(404);
    }

    @Test
    void aCheckpointThatWouldLoseRecordsIsAConflictThatNamesTheTable() throws Exception {
        start(OPEN);
        context.getBean(WalManager.class).logInsert("nobody's", 1, 1, Row.of());

        assertThat(post("/actuator/walcheckpoint")).isEqualTo(409);
        assertThat(body().get("error").asString()).contains("nobody's");
        assertThat(post("/actuator/walcheckpoint/0")).isEqualTo(200);
    }

    @Test
    void aFailedLogIsUnavailable() throws Exception {
        start(OPEN);
        context.getBean(FailingStorage.class).failForces();
        try {
            context.getBean(WalManager.class).logInsert("audit", 0, 1, Row.of());
        } catch (WalException expected) {
            assertThat(post("/actuator/walcheckpoint")).isEqualTo(503);
        }
        assertThat(get("/actuator/wal")).isEqualTo(200);
        assertThat(body().get("state").asString()).isEqualTo("FAILED");
        assertThat(body().get("failure").asString()).contains("Input/output error");
    }

    @Test
    void checkpointsAreReadOnlyUnlessAllowed() throws Exception {
        start("management.endpoints.web.exposure.include=*");
        assertThat(get("/actuator/walcheckpoint")).isEqualTo(200);
        assertThat(post("/actuator/walcheckpoint")).isEqualTo(405);
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
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {
                KafkaAutoConfiguration.class,
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class
            })
    static class Application {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }

        @Bean
        Writer writer(DurableMap<Long, Long> numbers) {
            return new Writer(numbers);
        }

        @Bean
        FailingStorage failingStorage(
                @org.springframework.beans.factory.annotation.Value("${test.directory}") Path directory) {
            return new FailingStorage(directory);
        }

        @Bean
        WalOptionsCustomizer storageCustomizer(FailingStorage storage) {
            return options -> options.storage(storage);
        }
    }
}
