package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Kills an application that has its database, H2 in files, within itself, so that both end at once, and compares the table with the map. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class JoinedH2CrashIT {
    private static final long IDS_OF_A_LOAD = 1_000_000;

    /** Met before a step of the start, so that it finds a transaction in doubt. */
    private static final List<Step> LEAVE_IN_DOUBT = List.of(Step.PREPARE_FORCED, Step.DATABASE_COMMITTED);

    /** Those at which most is at stake. */
    private static final List<Step> SOME = List.of(
            Step.PREPARE_FORCED,
            Step.RESOLUTION_ANSWERED,
            Step.DATABASE_COMMITTED,
            Step.RESOLUTION_FORCES,
            Step.OUTCOME_LOGGED);

    @TempDir
    Path directory;

    private final Told told = new Told();
    private int lives;
    private @Nullable Step lastStep;

    @Test
    void theTableOfTheEmbeddedDatabaseAndTheLogAgreeAfterEachKill() throws Exception {
        for (Step step : CrashOptions.fromSystemProperties().everyStep() ? everyStep() : SOME) {
            liveUntil(step);
        }
        try (ApplicationProcess application = start(StopAt.NOWHERE)) {
            application.await("started");
            compare(application, "after the last kill");
            application.command("stop");
            application.awaitEnd();
        }
        assertThat(told.paid()).isNotEmpty();
        assertThat(told.undone()).isNotEmpty();
        assertThat(new JdbcTemplate(new DriverManagerDataSource(url()))
                        .queryForObject("select count(*) from wal_marker", Long.class))
                .isZero();
    }

    private static List<Step> everyStep() {
        return List.of(Step.values()).stream()
                .filter(step -> !step.needsARefusedCommit())
                .toList();
    }

    private void liveUntil(Step step) throws Exception {
        if (step.isOfTheStart()) {
            if (!LEAVE_IN_DOUBT.contains(lastStep)) {
                liveUntil(LEAVE_IN_DOUBT.get(lives % LEAVE_IN_DOUBT.size()));
            }
            try (ApplicationProcess application = start(new StopAt(step, 0))) {
                application.await("reached");
                application.kill();
            }
        } else {
            try (ApplicationProcess application = start(new StopAt(step, passesOf(step)))) {
                application.await("started");
                compare(application, "before the kill at " + step);
                application.command("load " + lives * IDS_OF_A_LOAD);
                application.await("reached");
                application.kill();
            }
        }
        lastStep = step;
    }

    private static int passesOf(Step step) {
        return step == Step.MARKERS_DELETE || step == Step.MARKERS_DELETED ? 0 : 10;
    }

    private ApplicationProcess start(StopAt stop) throws IOException {
        lives++;
        return ApplicationProcess.start(
                H2Application.class,
                directory.resolve("log"),
                stop,
                told,
                List.of(
                        "spring.datasource.url=" + url(),
                        "wal.transaction.join=prepared",
                        "wal.transaction.marker.initialize-schema=always"));
    }

    /** Without the delay that H2 has else, so that it keeps what it has committed. */
    private String url() {
        return "jdbc:h2:file:" + directory.resolve("payments") + ";WRITE_DELAY=0;LOCK_TIMEOUT=60000";
    }

    private void compare(ApplicationProcess application, String when) {
        Verdict verdict = Verdict.of(application.rows(), application.entries(), told);
        assertThat(verdict.disagreements()).as(() -> when + ": " + verdict).isZero();
    }
}
