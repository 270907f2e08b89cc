package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an application whose log is joined to the transactions of PostgreSQL, or the database, or both, and compares the table with the map. {@link CrashOptions} says how to make it run
 * for longer.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class JoinedCrashIT {
    private static final CrashOptions OPTIONS = CrashOptions.fromSystemProperties();

    @TempDir
    static Path directory;

    /** Of kills after which all must agree. */
    private static final KillTable TABLE = new KillTable();

    private static CrashingPostgres postgres;

    @TempDir
    Path log;

    @BeforeAll
    static void startDatabase() throws Exception {
        postgres = CrashingPostgres.start(directory.resolve("postgres"));
    }

    @AfterAll
    static void stopDatabase() {
        System.out.println("Kills, seed " + OPTIONS.seed() + "\n" + TABLE);
        postgres.close();
    }

    @Test
    void theTableOfStatementsAndTheLogAgreeAfterEachKill() throws Exception {
        CrashPlan plan = new CrashPlan(new Random(OPTIONS.seed()));
        List<Life> lives = new ArrayList<>(OPTIONS.everyStep() ? plan.everyStep() : plan.someSteps());
        lives.addAll(plan.atRandom(OPTIONS.lives()));
        live(JdbcApplication.class, lives);
    }

    @Test
    void theTableOfHibernateAndTheLogAgreeAfterEachKill() throws Exception {
        CrashPlan plan = new CrashPlan(new Random(OPTIONS.seed()));
        List<Life> lives = new ArrayList<>(OPTIONS.everyStep() ? plan.everyStep() : plan.oneStep());
        lives.addAll(plan.atRandom(OPTIONS.lives()));
        live(JpaApplication.class, lives);
    }

    /** That is the window of this mode; and it shows that what differs is seen. */
    @Test
    void whatIsOnlyCommittedToTheLogAfterTheDatabaseIsMissingThereAfterAKillInBetween() throws Exception {
        TableAndLog all = new TableAndLog(postgres, JdbcApplication.class, log, "after-commit");
        new Lives(all, new KillTable()).live(Life.at(Kill.APPLICATION, Step.DATABASE_COMMITTED, 0));
        try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
            application.await("started");
            assertThat(all.compare(application).different()).isNotEmpty();
        }
    }

    private void live(Class<?> configuration, List<Life> lives) throws Exception {
        Lives lived = new Lives(new TableAndLog(postgres, configuration, log, "prepared"), TABLE);
        for (Life life : lives) {
            lived.live(life);
        }
        lived.finish();
    }
}
