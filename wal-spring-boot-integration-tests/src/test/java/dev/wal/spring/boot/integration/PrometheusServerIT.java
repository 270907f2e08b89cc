package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wal.WalManager;
import dev.wal.record.Row;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus itself scrapes an application, and answers what the dashboard asks. */
class PrometheusServerIT {
    private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int OTHER_PORTS = 3;

    @TempDir
    static Path directory;

    private static RunningLedger ledger;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        boolean found = Stream.of("prometheus", "promtool").allMatch(PrometheusServerIT::isOnThePath);
        String missing = "prometheus and promtool are not both on the PATH: nobody scrapes";
        if ("true".equals(System.getenv("CI"))) {
            assertThat(found).as(missing).isTrue();
        }
        assumeTrue(found, missing);
        ledger = new RunningLedger(directory.resolve("wal"), "wal.max-disk=10MB");
        ledger.accounts().open("1", "Ada");
        ledger.context().getBean(WalManager.class).logInsert("audit", 0, 3, Row.of());
    }

    private static boolean isOnThePath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    @AfterAll
    static void stop() {
        if (ledger != null) {
            ledger.close();
        }
    }

    /** It is strict about the format, and has opinions about names, units and descriptions. */
    @Test
    void itsToolFindsNoFaultInWhatIsPublished() throws Exception {
        Path scraped = directory.resolve("scraped.txt");
        Path found = directory.resolve("found.txt");
        Files.writeString(scraped, ledger.get("/actuator/prometheus", "monitor").body());
        Process tool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(scraped.toFile())
                .redirectErrorStream(true)
                .redirectOutput(found.toFile())
                .start();
        boolean ended = tool.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        tool.destroyForcibly();

        assertThat(ended).isTrue();
        List<String> complaints = Files.readAllLines(found);
        // 1 would be a text that it cannot read, 3 is an opinion.
        assertThat(tool.exitValue()).as("%s", complaints).isIn(0, 3);
        assertThat(complaints)
                .filteredOn(complaint -> complaint.startsWith("wal_"))
                .allSatisfy(complaint ->
                        // Meters that Micrometer makes of observations have no description.
                        assertThat(complaint).startsWith("wal_operation_").endsWith("no help text"));
    }

    @Test
    void itScrapesTheApplicationAndAnswersEachQueryOfTheDashboard() throws Exception {
        int port = freePort();
        Process server = server(port);
        try {
            for (int others = 0; others < OTHER_PORTS && !serves(server, port); others++) {
                // Somebody else was faster to take the port.
                port = freePort();
                server = server(port);
            }
            awaitAnswer(server, port, "up == 1");
            awaitAnswer(server, port, "wal_commit_seconds_count{outcome=\"committed\"} == 2");
            List<String> queries = queries();
            assertThat(queries).hasSizeGreaterThan(10);
            for (String query : queries) {
                awaitAnswer(server, port, query);
            }
        } finally {
            server.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Waits until it does, or has ended. */
    private boolean serves(Process server, int port) {
        Awaitility.await("Prometheus serves or has ended")
                .atMost(PATIENCE)
                .until(() -> !server.isAlive() || isReady(port));
        return server.isAlive();
    }

    private boolean isReady(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/-/ready"))
                .timeout(PATIENCE)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process server(int port) throws IOException {
        Path configuration = Files.writeString(directory.resolve("prometheus.yml"), """
                global:
                  scrape_interval: 1s
                  scrape_timeout: 1s
                scrape_configs:
                  - job_name: ledger
                    metrics_path: /actuator/prometheus
                    basic_auth: { username: monitor, password: monitor }
                    static_configs:
                      - targets: ['localhost:%s']
                """.formatted(
                        ledger.context().getEnvironment().getProperty("local.server.port")));
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("series"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** As Grafana asks, for all instances. */
    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel :
                JsonMapper.shared().readTree(Files.readString(DASHBOARD)).get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                queries.add(
                        target.get("expr").asString().replace("$instance", ".*").replace("$__rate_interval", "1m"));
            }
        }
        return queries;
    }

    /** Rates need two scrapes. */
    private void awaitAnswer(Process server, int port, String query) {
        Awaitility.await(query)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .failFast("Prometheus ended", () -> !server.isAlive())
                .untilAsserted(() -> {
                    JsonNode answer = ask(port, query);
                    assertThat(answer.get("status").asString())
                            .as(answer::toString)
                            .isEqualTo("success");
                    assertThat(answer.get("data").get("result").size()).isPositive();
                });
    }

    private JsonNode ask(int port, String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return JsonMapper.shared().readTree(response.body());
    }
}
