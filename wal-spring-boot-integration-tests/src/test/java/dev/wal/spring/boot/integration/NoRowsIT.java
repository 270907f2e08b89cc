package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wal.WalManager;
import dev.wal.common.CommitUnknownException;
import dev.wal.listener.ListenerState;
import dev.wal.listener.WalListeners;
import dev.wal.record.Row;
import dev.wal.record.Value;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is in rows is seen nowhere but in the log's files: not in an endpoint, a metric, or a message. */
@ExtendWith(OutputCaptureExtension.class)
class NoRowsIT {
    private static final String SECRET = "4b1d-7f-marked";

    @TempDir
    Path directory;

    @Test
    void noEndpointAndNoMessageShowsWhatRowsHold(CapturedOutput output) throws Exception {
        try (RunningLedger ledger = new RunningLedger(directory, "logging.level.dev.wal=debug")) {
            ledger.accounts().open(SECRET + "-key", SECRET + "-owner");
        }
        try (RunningLedger ledger = new RunningLedger(
                directory, "logging.level.dev.wal=debug", "management.endpoint.env.show-values=always")) {
            ledger.accounts().open(SECRET + "-key2", SECRET + "-owner2");
            List<String> paths = paths(ledger);
            assertThat(paths)
                    .contains(
                            "/actuator/wal",
                            "/actuator/wal/3",
                            "/actuator/walrecovery",
                            "/actuator/walcheckpoint",
                            "/actuator/health",
                            "/actuator/info",
                            "/actuator/env",
                            "/actuator/configprops",
                            "/actuator/beans",
                            "/actuator/prometheus",
                            "/actuator/metrics",
                            "/actuator/metrics/wal.commit");
            for (String path : paths) {
                HttpResponse<String> answer = ledger.get(path, "operator");
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                assertThat(answer.body()).as(path).doesNotContain(SECRET);
            }
        }
        assertThat(output.getAll()).contains("Write-ahead log").doesNotContain(SECRET);
    }

    @Test
    void noEndpointShowsWhatTheApplicationSaysInItsExceptions() throws Exception {
        try (RunningLedger ledger = new RunningLedger(
                List.of(Ledger.class, Faults.class), directory, "management.endpoint.health.show-details=always")) {
            WalManager log = ledger.context().getBean(WalManager.class);
            Row row = Row.of(Value.of(SECRET));
            log.logInsert(Faults.OF_THE_LISTENER, 0, 1, row);
            awaitFailed(ledger, "throwing");
            assertThatThrownBy(() -> log.logInsert(Faults.OF_THE_STATE, 0, 1, row))
                    .isInstanceOf(CommitUnknownException.class)
                    .hasMessageContaining(SECRET);
            awaitFailed(ledger, "working");

            assertThat(ledger.get("/actuator/wal", "operator").body())
                    .contains("StateFailedException", "IllegalStateException");
            List<String> paths = paths(ledger);
            paths.addAll(List.of("/actuator/wallisteners/throwing", "/actuator/wallisteners/working"));
            for (String path : paths) {
                assertThat(ledger.get(path, "operator").body()).as(path).doesNotContain(SECRET);
            }
        }
    }

    private static void awaitFailed(RunningLedger ledger, String listener) {
        WalListeners listeners = ledger.context().getBean(WalListeners.class);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> listeners.status(listener).state() == ListenerState.FAILED);
    }

    /** All that can be read, but the dump of the heap, which holds everything, and the dump of threads, which has no values. */
    private static List<String> paths(RunningLedger ledger) throws Exception {
        List<String> paths = new ArrayList<>();
        JsonNode links = JsonMapper.shared()
                .readTree(ledger.get("/actuator", "operator").body())
                .get("_links");
        for (JsonNode link : links) {
            String path = link.get("href").asString().replaceFirst("^http://[^/]*", "");
            if (!link.get("templated").asBoolean() && !path.endsWith("dump") && !path.endsWith("shutdown")) {
                paths.add(path);
            }
        }
        for (int partition = 0; partition < 4; partition++) {
            paths.add("/actuator/wal/" + partition);
            paths.add("/actuator/walcheckpoint/" + partition);
        }
        JsonNode names = JsonMapper.shared()
                .readTree(ledger.get("/actuator/metrics", "operator").body())
                .get("names");
        names.forEach(name -> paths.add("/actuator/metrics/" + name.asString()));
        return paths;
    }
}
