package dev.wal.it.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The database is at a COMMIT when the application, the connection or the database ends: nobody knows the outcome, and table and log agree all the same. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class UnfinishedCommitIT {
    private static final int PAYMENTS_BEFORE = 20;

    @TempDir
    static Path directory;

    private static final KillTable TABLE = new KillTable();

    private static CrashingPostgres postgres;

    @TempDir
    Path log;

    private SingleConnectionDataSource session;
    private HeldCommits commits;
    private TableAndLog all;

    /** Both ways to write to the table where there is time for that; one of them else. */
    static Stream<Class<?>> statements() {
        return CrashOptions.fromSystemProperties().everyStep() ? both() : Stream.of(JdbcApplication.class);
    }

    static Stream<Class<?>> hibernate() {
        return CrashOptions.fromSystemProperties().everyStep() ? both() : Stream.of(JpaApplication.class);
    }

    private static Stream<Class<?>> both() {
        return Stream.of(JdbcApplication.class, JpaApplication.class);
    }

    @BeforeAll
    static void startDatabase() throws Exception {
        postgres = CrashingPostgres.start(directory.resolve("postgres"));
    }

    @AfterAll
    static void stopDatabase() {
        System.out.println("Unfinished commits\n" + TABLE);
        postgres.close();
    }

    @BeforeEach
    void connect() throws Exception {
        session = new SingleConnectionDataSource(DriverManager.getConnection(postgres.url()), true);
        commits = new HeldCommits(postgres.sql(), new JdbcTemplate(session));
    }

    @AfterEach
    void disconnect() {
        session.destroy();
    }

    @ParameterizedTest
    @MethodSource("hibernate")
    void anApplicationThatStartsAgainWaitsForACommitThatIsStillUnderWay(Class<?> configuration) throws Exception {
        all = new TableAndLog(postgres, configuration, log, "prepared");
        try (ApplicationProcess application = startAndPay()) {
            commits.holdDecided();
            all.await("commits are held", commits::holdsDecided);
            application.kill();
        }
        Set<Long> before = new TreeSet<>(all.rows().keySet());
        try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
            all.await("the database is asked", commits::somebodyAsks);
            assertThat(application.hasSaid("entries")).isFalse();

            commits.releaseDecided();
            application.await("started");
            assertAgreement(application, "COMMIT is durable and waits", "APPLICATION");
            assertThat(all.rows().keySet()).hasSizeGreaterThan(before.size());
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void anApplicationThatStartsAgainWaitsForACommitThatIsRolledBackInTheEnd(Class<?> configuration) throws Exception {
        all = new TableAndLog(postgres, configuration, log, "prepared");
        try (ApplicationProcess application = startAndPay()) {
            commits.holdUndecided();
            all.await("commits are held", () -> commits.undecided() > 0);
            application.kill();
        }
        Set<Long> before = new TreeSet<>(all.rows().keySet());
        try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
            all.await("the database is asked", commits::somebodyAsks);
            assertThat(application.hasSaid("entries")).isFalse();

            commits.endUndecided();
            application.await("started");
            assertAgreement(application, "COMMIT is undecided", "APPLICATION");
            assertThat(all.rows().keySet()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("hibernate")
    void whatWasCommittedWhenTheConnectionWasLostIsInBoth(Class<?> configuration) throws Exception {
        all = new TableAndLog(postgres, configuration, log, "prepared");
        try (ApplicationProcess application = startAndPay()) {
            commits.holdDecided();
            all.await("commits are held", commits::holdsDecided);
            commits.holdNobodyAfterRestart();
            commits.loseDecided();
            all.await("an answer is lost", this::anAnswerIsLost);
            commits.releaseDecided();
            all.awaitPaid(PAYMENTS_BEFORE);
            application.kill();
        }
        assertAgreementAfterStart("COMMIT is durable, its connection is lost", "connection, APPLICATION");
        assertThat(anAnswerIsLost()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void whatWasCommittedWhenTheDatabaseWasKilledIsInBoth(Class<?> configuration) throws Exception {
        all = new TableAndLog(postgres, configuration, log, "prepared");
        try (ApplicationProcess application = startAndPay()) {
            commits.holdDecided();
            all.await("commits are held", commits::holdsDecided);
            commits.holdNobodyAfterRestart();
            postgres.kill();
            postgres.restart();
            all.await("an answer is lost", this::anAnswerIsLost);
            all.awaitPaid(PAYMENTS_BEFORE);
            application.kill();
        }
        assertAgreementAfterStart("COMMIT is durable", "DATABASE, APPLICATION");
        assertThat(anAnswerIsLost()).isTrue();
    }

    private ApplicationProcess startAndPay() throws Exception {
        ApplicationProcess application = all.start(StopAt.NOWHERE);
        application.await("started");
        all.load(application);
        all.awaitPaid(PAYMENTS_BEFORE);
        return application;
    }

    /** Whether the database has committed a payment of which the application was told something else. */
    private boolean anAnswerIsLost() {
        return !Collections.disjoint(all.rows().keySet(), all.told().open().keySet());
    }

    private void assertAgreementAfterStart(String moment, String killed) throws Exception {
        try (ApplicationProcess application = all.start(StopAt.NOWHERE)) {
            application.await("started");
            assertAgreement(application, moment, killed);
        }
    }

    private void assertAgreement(ApplicationProcess application, String moment, String killed) {
        Verdict verdict = all.compare(application);
        KillTable.Kind kind = KillTable.Kind.of(moment, killed, all.configuration());
        TABLE.add(kind, KillTable.Counts.NONE.killed(all.told()));
        TABLE.addDisagreements(kind, verdict.disagreements());
        assertThat(verdict.disagreements()).as(verdict::toString).isZero();
    }
}
