package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may see the log, and who may have a checkpoint taken or control listeners. */
class ActuatorSecurityIT {
    @TempDir
    static Path directory;

    private static RunningLedger ledger;

    @BeforeAll
    static void start() {
        ledger = new RunningLedger(directory, "management.endpoint.wallisteners.access=unrestricted");
    }

    @AfterAll
    static void stop() {
        ledger.close();
    }

    private static HttpResponse<String> checkpoint(@Nullable String user, boolean withToken) throws Exception {
        return post("/actuator/walcheckpoint", user, withToken);
    }

    private static HttpResponse<String> post(String path, @Nullable String user, boolean withToken) throws Exception {
        HttpRequest.Builder request = ledger.request(path, user).POST(HttpRequest.BodyPublishers.noBody());
        if (withToken) {
            String token = token();
            request.header("Cookie", "XSRF-TOKEN=" + token).header("X-XSRF-TOKEN", token);
        }
        return ledger.send(request);
    }

    private static String token() throws Exception {
        String cookie = ledger.get("/actuator/wal", "monitor").headers().allValues("Set-Cookie").stream()
                .filter(header -> header.startsWith("XSRF-TOKEN="))
                .findFirst()
                .orElseThrow();
        return cookie.substring("XSRF-TOKEN=".length(), cookie.indexOf(';'));
    }

    @Test
    void healthIsForEverybody() throws Exception {
        assertThat(ledger.get("/actuator/health", null).statusCode()).isEqualTo(200);
    }

    @Test
    void theLogIsForThoseWhoAreKnown() throws Exception {
        assertThat(ledger.get("/actuator/wal", null).statusCode()).isEqualTo(401);
        assertThat(ledger.get("/actuator/wal", "monitor").statusCode()).isEqualTo(200);
        assertThat(ledger.get("/actuator/walrecovery", "monitor").statusCode()).isEqualTo(200);
        assertThat(ledger.get("/actuator/walcheckpoint", "monitor").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCheckpointNeedsTheRoleOfAnOperator() throws Exception {
        assertThat(checkpoint("monitor", true).statusCode()).isEqualTo(403);
    }

    @Test
    void aCheckpointNeedsAToken() throws Exception {
        assertThat(checkpoint("operator", false).statusCode()).isEqualTo(403);
    }

    @Test
    void anOperatorWithATokenTakesACheckpoint() throws Exception {
        HttpResponse<String> answer = checkpoint("operator", true);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("segmentsDropped");
    }

    @Test
    void controlOfListenersNeedsTheRoleOfAnOperator() throws Exception {
        String pause = "/actuator/wallisteners/nobody/pause";

        assertThat(post(pause, null, true).statusCode()).isEqualTo(401);
        assertThat(post(pause, "monitor", true).statusCode()).isEqualTo(403);
        assertThat(post(pause, "operator", false).statusCode()).isEqualTo(403);
        assertThat(post(pause, "operator", true).body()).contains("There is no listener nobody");
    }
}
