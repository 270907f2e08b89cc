package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Metrics as Prometheus scrapes them, and the documentation and the dashboard that name them. */
class PrometheusIT {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path SAMPLE = DOCS.resolve("prometheus-sample.txt");
    private static final Pattern NAME = Pattern.compile("\\bwal_[a-z_]+\\b");

    @TempDir
    Path directory;

    private PrometheusText scraped;
    private String text;

    @BeforeEach
    void scrape() throws Exception {
        try (RunningLedger ledger = new RunningLedger(directory, "wal.max-disk=10MB")) {
            ledger.accounts().open("1", "Ada");
            Observation.createNotStarted("request", ledger.context().getBean(ObservationRegistry.class))
                    .observe(() -> ledger.accounts().open("2", "Bob"));
            HttpResponse<String> answer = ledger.get("/actuator/prometheus", "monitor");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain;version=0.0.4");
            text = answer.body();
            scraped = PrometheusText.parse(text);
        }
    }

    private Set<String> ownNames() {
        return ownNames(scraped);
    }

    private static Set<String> ownNames(PrometheusText text) {
        return text.names().stream()
                .filter(name -> name.startsWith("wal_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void commitsAndForcesAreThere() {
        assertThat(scraped.value("wal_commit_seconds_count", Map.of("outcome", "committed")))
                .isEqualTo(2);
        assertThat(scraped.value("wal_commit_seconds_count", Map.of("outcome", "unknown")))
                .isZero();
        assertThat(scraped.value("wal_force_seconds_count", Map.of("reason", "commit")))
                .isPositive();
        assertThat(scraped.value("wal_open", Map.of())).isEqualTo(1);
        assertThat(scraped.value("wal_recovery_seconds", Map.of("phase", "open")))
                .isPositive();
    }

    /** Timers that handlers make of observations have names of their own; of commits, those within others are observed. */
    @Test
    void observationsAreTimedBesideTheMeters() {
        assertThat(scraped.value(
                        "wal_operation_seconds_count",
                        Map.of("error", "none", "wal_kind", "commit", "wal_outcome", "success")))
                .isEqualTo(1);
    }

    @Test
    void eachMetricIsDocumented() throws Exception {
        String page = Files.readString(DOCS.resolve("observability.md"));

        assertThat(ownNames())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page)
                        .as("docs/observability.md")
                        .contains("`" + name.replaceFirst("_(count|sum|max)$", "") + "`"));
    }

    /** Beside the dashboard lies what a scrape looks like. Its values are those of one run; with {@code -Dwal.docs.update=true} it is written anew. */
    @Test
    void theSampleShowsWhatIsPublished() throws Exception {
        if (Boolean.getBoolean("wal.docs.update")) {
            Files.writeString(
                    SAMPLE,
                    text.lines()
                            .filter(line ->
                                    line.replaceFirst("^# (HELP|TYPE) ", "").startsWith("wal_"))
                            .map(line -> line + "\n")
                            .collect(Collectors.joining()));
        }
        PrometheusText sample = PrometheusText.parse(Files.readString(SAMPLE));

        assertThat(sample.types())
                .as("docs/prometheus-sample.txt; write it anew with -Dwal.docs.update=true")
                .isEqualTo(scraped.types().entrySet().stream()
                        .filter(type -> type.getKey().startsWith("wal_"))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        assertThat(ownNames(sample)).isEqualTo(ownNames());
    }

    @Test
    void theDashboardAsksOnlyForWhatIsPublished() throws Exception {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")));
        Set<String> asked = new TreeSet<>();
        int queries = 0;
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                queries++;
                asked.addAll(NAME.matcher(target.get("expr").asString())
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet()));
            }
        }

        assertThat(queries).isGreaterThan(10);
        assertThat(asked).isNotEmpty().isSubsetOf(ownNames());
    }
}
