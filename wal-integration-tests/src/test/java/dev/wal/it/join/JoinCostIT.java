package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a transaction of a database costs when the log is joined to it, and how soon a listener is told, beside an outbox table. Prints Markdown tables. {@link CostOptions} says
 * how to measure for longer; as it is, it shows that each way works.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class JoinCostIT {
    private static final CostOptions OPTIONS = CostOptions.fromSystemProperties();
    private static final int STEADY = 0;

    @TempDir
    Path directory;

    @Test
    void eachWayCommitsAndTellsOfIt() throws Exception {
        Map<Integer, Map<Way, List<Cost>>> found = new LinkedHashMap<>();
        try (CrashingPostgres postgres = CrashingPostgres.start(directory.resolve("postgres"))) {
            for (int round = 0; round < OPTIONS.rounds(); round++) {
                for (int threads : OPTIONS.threads()) {
                    for (Way way : Way.all()) {
                        Path log = directory.resolve("log-" + round + "-" + threads + "-"
                                + way.name().hashCode());
                        try (CostRun run = new CostRun(way, postgres, log, threads)) {
                            run.atFullSpeed(threads, OPTIONS.warmUp());
                            add(found, threads, way, run.atFullSpeed(threads, OPTIONS.seconds()));
                        }
                    }
                }
                for (Way way : Way.all()) {
                    Path log = directory.resolve(
                            "log-" + round + "-steady-" + way.name().hashCode());
                    try (CostRun run = new CostRun(way, postgres, log, 1)) {
                        run.atSteadyRate(OPTIONS.perSecond(), OPTIONS.warmUp());
                        add(found, STEADY, way, run.atSteadyRate(OPTIONS.perSecond(), OPTIONS.seconds()));
                    }
                }
            }
        }
        found.forEach((threads, ways) -> System.out.println(CostTable.of(title(threads), ways)));
        found.values().forEach(ways -> ways.forEach(JoinCostIT::assertThatItWorks));
    }

    private static void add(Map<Integer, Map<Way, List<Cost>>> found, int threads, Way way, Cost cost) {
        found.computeIfAbsent(threads, key -> new LinkedHashMap<>())
                .computeIfAbsent(way, key -> new ArrayList<>())
                .add(cost);
    }

    private static String title(int threads) {
        return threads == STEADY
                ? OPTIONS.perSecond() + " transactions a second"
                : threads + (threads == 1 ? " thread" : " threads");
    }

    private static void assertThatItWorks(Way way, List<Cost> costs) {
        for (Cost cost : costs) {
            assertThat(cost.transactions().getTotalCount()).as(way.name()).isPositive();
            assertThat(cost.handOver().getTotalCount() > 0).as(way.name()).isEqualTo(way.tells());
        }
    }
}
