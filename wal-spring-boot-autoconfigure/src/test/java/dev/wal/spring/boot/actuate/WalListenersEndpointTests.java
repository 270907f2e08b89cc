package dev.wal.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.listener.ListenerState;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.record.WalChange;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** The endpoint and the health of listeners over HTTP, as an operator meets them. */
class WalListenersEndpointTests extends OverHttp {
    private static final String PATH = "/actuator/wallisteners";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private void start(String... properties) {
        run(
                Application.class,
                properties,
                "wal.directory=" + directory,
                "wal.segment.size=64KB",
                "wal.listener.tries=1",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always");
    }

    private void startUnrestricted() {
        start("management.endpoint.wallisteners.access=unrestricted");
    }

    private void commit(long row) {
        context.getBean(WalManager.class).logInsert("accounts", 0, row, Row.of(Value.of("secret-" + row)));
    }

    private void putSomethingLarge() {
        context.getBean(WalTemplate.class).execute(status -> {
            context.getBean(Application.class).other.put(1L, "x".repeat(10_000));
            return null;
        });
    }

    private void awaitState(ListenerState state) {
        WalListeners listeners = context.getBean(WalListeners.class);
        Awaitility.await().atMost(PATIENCE).until(() -> listeners.status("one").state() == state);
    }

    private void awaitTaken(int changes) {
        Reader reader = context.getBean(Reader.class);
        Awaitility.await().atMost(PATIENCE).until(() -> reader.taken.get() == changes);
    }

    @Test
    void listenersAreShown() throws Exception {
        start();
        commit(1);
        awaitTaken(1);
        WalListeners listeners = context.getBean(WalListeners.class);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> listeners.status("one").lagBytes() == 0
                        && listeners.status("one").handedOver() == 1);

        assertThat(get(PATH)).isEqualTo(200);
        assertThat(body().get("listeners").size()).isEqualTo(1);
        assertThat(get(PATH + "/one")).isEqualTo(200);
        JsonNode one = body();
        assertThat(one.get("id").asString()).isEqualTo("one");
        assertThat(one.get("state").asString()).isEqualTo("RUNNING");
        assertThat(one.get("tables").get(0).asString()).isEqualTo("accounts");
        // A mark may have come meanwhile.
        assertThat(one.get("lagBytes").asLong()).isBetween(0L, 100L);
        assertThat(one.get("handedOver").asLong()).isEqualTo(1);
        assertThat(one.get("skipped").asLong()).isZero();
        assertThat(one.get("lastCommitTime").asString()).startsWith("20");
        assertThat(one.get("lastFailure").isNull()).isTrue();
        assertThat(get(PATH + "/two")).isEqualTo(404);
    }

    @Test
    void listenersAreReadOnlyUnlessAllowed() throws Exception {
        start();
        assertThat(post(PATH + "/one/pause")).isEqualTo(404);
        assertThat(context.getBean(WalListeners.class).status("one").state()).isEqualTo(ListenerState.RUNNING);
    }

    @Test
    void aListenerIsPausedAndResumed() throws Exception {
        startUnrestricted();
        assertThat(post(PATH + "/one/pause")).isEqualTo(200);
        assertThat(body().get("state").asString()).isEqualTo("PAUSED");
        commit(1);
        assertThat(get(PATH + "/one")).isEqualTo(200);
        assertThat(body().get("lagBytes").asLong()).isPositive();
        assertThat(body().get("handedOver").asLong()).isZero();

        assertThat(post(PATH + "/one/resume")).isEqualTo(200);
        awaitTaken(1);
    }

    @Test
    void aListenerIsStoppedResetAndStarted() throws Exception {
        startUnrestricted();
        long position = context.getBean(WalManager.class).status().position();
        commit(1);
        awaitTaken(1);
        assertThat(post(PATH + "/one/reset/" + position)).isEqualTo(409);
        assertThat(body().get("error").asString()).contains("must be stopped first");
        assertThat(post(PATH + "/one/stop")).isEqualTo(200);
        assertThat(body().get("state").asString()).isEqualTo("STOPPED");
        assertThat(post(PATH + "/one/pause")).isEqualTo(409);

        assertThat(post(PATH + "/one/reset/" + position)).isEqualTo(200);
        assertThat(body().get("position").asLong()).isEqualTo(position);
        assertThat(post(PATH + "/one/start")).isEqualTo(200);
        awaitTaken(2);
        assertThat(post(PATH + "/one/start")).isEqualTo(409);

        assertThat(post(PATH + "/one/stop")).isEqualTo(200);
        assertThat(post(PATH + "/one/reset-to-beginning")).isEqualTo(200);
        assertThat(post(PATH + "/one/start")).isEqualTo(200);
        awaitTaken(3);
    }

    @Test
    void aChangeThatStoppedAListenerIsSkippedAndTheContentsOfRowsAreNotShown() throws Exception {
        startUnrestricted();
        context.getBean(Reader.class).failing.set(true);
        commit(1);
        awaitState(ListenerState.FAILED);
        assertThat(get(PATH + "/one")).isEqualTo(200);
        assertThat(lastBody).doesNotContain("secret");
        assertThat(body().get("tries").asInt()).isEqualTo(1);
        JsonNode failure = body().get("lastFailure");
        assertThat(failure.get("error").asString()).isEqualTo(IllegalStateException.class.getName());
        assertThat(failure.get("change").get("table").asString()).isEqualTo("accounts");
        context.getBean(Reader.class).failing.set(false);

        assertThat(post(PATH + "/one/skip")).isEqualTo(200);
        commit(2);
        awaitTaken(1);
        assertThat(get(PATH + "/one")).isEqualTo(200);
        assertThat(lastBody).doesNotContain("secret");
        assertThat(body().get("skipped").asLong()).isEqualTo(1);
        assertThat(body().get("lastSkipped").get(0).get("lsn").asLong()).isZero();
        assertThat(post(PATH + "/one/skip")).isEqualTo(409);
    }

    @Test
    void whatThereIsNotIsRefused() throws Exception {
        startUnrestricted();
        assertThat(post(PATH + "/two/pause")).isEqualTo(404);
        assertThat(post(PATH + "/one/explode")).isEqualTo(400);
        assertThat(body().get("error").asString()).contains("pause, resume, start, stop, skip");
        assertThat(post(PATH + "/one/pause/1")).isEqualTo(400);
        assertThat(post(PATH + "/one/reset/x")).isEqualTo(400);
        assertThat(post(PATH + "/one/stop")).isEqualTo(200);
        assertThat(post(PATH + "/one/reset/999999")).isEqualTo(400);
        assertThat(post(PATH + "/one/reset/-1")).isEqualTo(400);
        assertThat(post(PATH + "/one/resume")).isEqualTo(409);
    }

    @Test
    void aListenerOfAClosedLogIsUnavailable() throws Exception {
        startUnrestricted();
        assertThat(post(PATH + "/one/stop")).isEqualTo(200);
        context.getBean(WalManager.class).close();
        assertThat(post(PATH + "/one/start")).isEqualTo(503);
    }

    @Test
    void aListenerThatHasFailedIsOutOfServiceAndTheLogIsNot() throws Exception {
        startUnrestricted();
        assertThat(get("/actuator/health/walListeners")).isEqualTo(200);
        assertThat(body().get("details").get("listeners").get("one").asString()).isEqualTo("RUNNING");
        context.getBean(Reader.class).failing.set(true);
        commit(1);
        awaitState(ListenerState.FAILED);

        assertThat(get("/actuator/health/walListeners")).isEqualTo(503);
        assertThat(body().get("status").asString()).isEqualTo("OUT_OF_SERVICE");
        assertThat(body().get("details").get("listeners").get("one").asString()).isEqualTo("FAILED");
        assertThat(lastBody).doesNotContain("secret");
        assertThat(get("/actuator/health/wal")).isEqualTo(200);
    }

    @Test
    void aListenerThatLagsBeyondItsLimitIsOutOfServiceUntilItHasCaughtUp() throws Exception {
        start("management.endpoint.wallisteners.access=unrestricted", "wal.listener.max-lag=64KB");
        WalManager wal = context.getBean(WalManager.class);
        assertThat(post(PATH + "/one/pause")).isEqualTo(200);
        long paused = wal.status().durableMark();
        while (wal.status().durableMark() < paused + 32 * 1024) {
            putSomethingLarge();
        }
        assertThat(get("/actuator/health/walListeners")).isEqualTo(200);
        while (wal.status().durableMark() <= paused + 80 * 1024) {
            putSomethingLarge();
        }

        assertThat(get("/actuator/health/walListeners")).isEqualTo(503);
        assertThat(body().get("status").asString()).isEqualTo("OUT_OF_SERVICE");
        assertThat(body().get("details").get("maxLag").asLong()).isEqualTo(64 * 1024);
        assertThat(body().get("details").get("behind").get("one").asLong()).isGreaterThan(64 * 1024);
        assertThat(body().get("details").get("listeners").get("one").asString()).isEqualTo("PAUSED");
        assertThat(get("/actuator/health/wal")).isEqualTo(200);

        assertThat(post(PATH + "/one/resume")).isEqualTo(200);
        Awaitility.await().atMost(PATIENCE).until(() -> get("/actuator/health/walListeners") == 200);
    }

    @Test
    void aConsumerOfAnotherKindMayLagAsFarAsIsKeptForIt() throws Exception {
        start("wal.listener.max-retained=128KB");
        WalManager wal = context.getBean(WalManager.class);
        wal.tail("slow", wal.status().position()).close();
        while (wal.status().durableMark() < 160 * 1024) {
            putSomethingLarge();
        }

        assertThat(get("/actuator/health/walListeners")).isEqualTo(503);
        assertThat(body().get("details").get("behind").propertyNames()).contains("slow");
        assertThat(body().get("details").has("overtaken")).isFalse();
    }

    @Test
    void aConsumerThatFallsBehindWarnsAndIsOutOfServiceOnceItWasOvertaken() throws Exception {
        start("wal.listener.max-retained=128KB", "wal.listener.max-lag=0");
        WalManager wal = context.getBean(WalManager.class);
        wal.tail("slow", wal.status().position()).close();
        while (wal.status().position() < 120_000) {
            putSomethingLarge();
        }
        assertThat(get("/actuator/health/walListeners")).isEqualTo(200);
        assertThat(body().get("details").get("warnings").toString())
                .contains("The log is kept for slow", "wal.listener.max-retained");

        while (wal.status().segments() < 5) {
            putSomethingLarge();
        }
        // A checkpoint overtakes whoever has not acknowledged by then.
        long end = wal.status().durableMark();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> wal.consumers().stream()
                        .anyMatch(consumer -> consumer.id().equals("one") && consumer.position() >= end));
        wal.checkpointAll();
        wal.checkpointAll();
        assertThat(get("/actuator/health/walListeners")).isEqualTo(503);
        assertThat(body().get("details").get("overtaken").get(0).asString()).isEqualTo("slow");
        assertThat(body().get("details").get("overtaken").size()).isEqualTo(1);
    }

    static class Reader {
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicBoolean failing = new AtomicBoolean();

        @WalListener(id = "one", tables = "accounts")
        void on(WalChange change) {
            if (failing.get()) {
                throw new IllegalStateException("cannot take " + change.record());
            }
            taken.incrementAndGet();
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
        private DurableMap<Long, String> other;

        @Bean
        DurableMap<Long, String> other(DurableMaps maps) {
            other = maps.map("other", Long.class, String.class);
            return other;
        }

        @Bean
        Reader reader() {
            return new Reader();
        }
    }
}
