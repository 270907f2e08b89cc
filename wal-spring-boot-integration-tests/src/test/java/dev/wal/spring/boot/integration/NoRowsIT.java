package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
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
