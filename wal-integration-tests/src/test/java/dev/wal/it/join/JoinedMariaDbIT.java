package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Kills an application whose log is joined to the transactions of MariaDB, or the database, or both, and compares the table with the map. The table of markers is made by the published script. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class JoinedMariaDbIT {
    private static final CrashOptions OPTIONS = CrashOptions.fromSystemProperties();
    private static final KillTable TABLE = new KillTable();
    /** The table of transactions of the engine would say that one waits, but is a copy that gets no younger as long as it is read. */
    private static final String ASKING = "select count(*) from information_schema.processlist"
            + " where info like '%insert into wal_marker%' and id <> connection_id()";

    @TempDir
    static Path directory;

    private static CrashingMariaDb mariaDb;

    @TempDir
    Path log;

    private TableAndLog all;

    @BeforeAll
    static void startDatabase() throws Exception {
        String missing = "mariadbd is not on the PATH: nothing is joined";
        boolean found = CrashingMariaDb.program().isPresent();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(found).as(missing).isTrue();
        }
        assumeTrue(found, missing);
        mariaDb = CrashingMariaDb.start(CrashingMariaDb.program().orElseThrow(), directory.resolve("mariadb"));
    }

    @AfterAll
    static void stopDatabase() {
        System.out.println("Kills beside MariaDB, seed " + OPTIONS.seed() + "\n" + TABLE);
        if (mariaDb != null) {
            mariaDb.close();
        }
    }

    @Test
    void theTableAndTheLogAgreeAfterEachKill() throws Exception {
        all = new TableAndLog(mariaDb, MariaDbApplication.class, log, "prepared");
        Lives lives = new Lives(all, TABLE);
        lives.live(Life.at(Kill.APPLICATION, Step.DATABASE_COMMITTED, 5));
        aStartWaitsForTheDuplicate();
        lives.live(Life.at(Kill.BOTH, Step.PREPARE_FORCED, 5));
        if (OPTIONS.everyStep()) {
            CrashPlan plan = new CrashPlan(new Random(OPTIONS.seed()));
            for (Life life : plan.everyStep()) {
                if (life.stop().step() == null || !life.stop().step().needsARefusedCommit()) {
                    lives.live(life);
                }
            }
            for (Life life : plan.atRandom(OPTIONS.lives())) {
                lives.live(life);
            }
        }
        lives.finish();
    }

    /** Markers are taken back and written again by a transaction that is still under way: a start asks for one of them, and is told only when that has ended. */
    private void aStartWaitsForTheDuplicate() throws Exception {
        JdbcTemplate table = mariaDb.sql();
        assertThat(table.queryForObject(
                        "select engine from information_schema.tables where table_name = 'wal_marker'", String.class))
                .isEqualTo("InnoDB");
        table.execute("create table taken as select * from wal_marker");
        table.execute("delete from wal_marker");
        try (Connection committing = DriverManager.getConnection(mariaDb.url(), mariaDb.user(), null)) {
            committing.setAutoCommit(false);
            new JdbcTemplate(new SingleConnectionDataSource(committing, true))
                    .execute("insert into wal_marker select * from taken");
            try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
                all.await("the database is asked", () -> table.queryForObject(ASKING, Integer.class) > 0);
                assertThat(application.hasSaid("entries")).isFalse();

                committing.commit();
                application.await("started");
                Verdict verdict = all.compare(application);
                assertThat(verdict.disagreements()).as(verdict::toString).isZero();
            }
        }
    }
}
