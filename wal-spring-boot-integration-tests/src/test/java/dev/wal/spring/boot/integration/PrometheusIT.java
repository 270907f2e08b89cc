package dev.wal.spring.boot.integration;

import static dev.wal.spring.boot.integration.RunningLedger.AFTER_COMMIT;
import static dev.wal.spring.boot.integration.RunningLedger.PREPARED;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
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
    static Path directory;

    private static PrometheusText scraped;
    private static String text;
    private static PrometheusText scrapedAfterCommit;
    private static String textAfterCommit;

    @BeforeAll
    static void scrape() throws Exception {
        try (RunningLedger ledger =
                new RunningLedger(directory.resolve("prepared"), PREPARED[0], PREPARED[1], "wal.max-disk=10MB")) {
            ledger.accounts().open("1", "Ada");
            Observation.createNotStarted("request", ledger.context().getBean(ObservationRegistry.class))
                    .observe(() -> ledger.accounts().open("2", "Bob"));
            text = scrape(ledger);
            scraped = PrometheusText.parse(text);
        }
        try (RunningLedger ledger = new RunningLedger(directory.resolve("after-commit"), AFTER_COMMIT)) {
            textAfterCommit = scrape(ledger);
            scrapedAfterCommit = PrometheusText.parse(textAfterCommit);
        }
    }

    private static String scrape(RunningLedger ledger) throws Exception {
        HttpResponse<String> answer = ledger.get("/actuator/prometheus", "monitor");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain;version=0.0.4");
        return answer.body();
    }

    /** Of either application: each has meters of its own way to join. */
    private static Set<String> ownNames() {
        Set<String> names = ownNames(scraped);
        names.addAll(ownNames(scrapedAfterCommit));
        return names;
    }

    private static Map<String, String> ownTypes() {
        return Stream.of(scrapedAfterCommit, scraped)
                .flatMap(all -> all.types().entrySet().stream())
                .filter(type -> type.getKey().startsWith("wal_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, same) -> same));
    }

    private static Stream<String> linesOf(String text, String prefix) {
        return text.lines()
                .filter(line -> line.replaceFirst("^# (HELP|TYPE) ", "").startsWith(prefix));
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
    void eachWayToJoinADatabaseHasMetersOfItsOwn() {
        assertThat(ownNames(scraped))
                .contains("wal_join_markers", "wal_join_unresolved")
                .doesNotContain("wal_join_missing_total", "wal_join_unknown_total");
        assertThat(ownNames(scrapedAfterCommit))
                .contains("wal_join_missing_total", "wal_join_unknown_total")
                .doesNotContain("wal_join_markers", "wal_join_unresolved");
    }

    /** What is published and not looked at is found when it is too late. */
    @Test
    void theDashboardShowsWhatIsPublishedOfJoinedTransactions() throws Exception {
        String dashboard = Files.readString(DOCS.resolve("grafana-dashboard.json"));

        assertThat(ownNames())
                .filteredOn(name -> name.startsWith("wal_join_"))
                .hasSize(4)
                .allSatisfy(name -> assertThat(dashboard).contains(name + "{"));
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
                    Stream.concat(linesOf(text, "wal_"), linesOf(textAfterCommit, "wal_join_"))
                            .map(line -> line + "\n")
                            .collect(Collectors.joining()));
        }
        PrometheusText sample = PrometheusText.parse(Files.readString(SAMPLE));

        assertThat(sample.types())
                .as("docs/prometheus-sample.txt; write it anew with -Dwal.docs.update=true")
                .isEqualTo(ownTypes());
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
