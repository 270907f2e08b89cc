package dev.wal.it.join;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** A table of a database and the log beside it, over the lives of one application. For one thread. */
final class TableAndLog {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(2);
    private static final long IDS_OF_A_LOAD = 1_000_000;

    private final CrashingDatabase database;
    private final Class<?> configuration;
    private final Path log;
    private final String join;
    private final Told told = new Told();
    private int loads;

    /**
     * Makes the table.
     *
     * @param configuration {@link JdbcApplication}, {@link JpaApplication} or {@link MariaDbApplication}
     * @param join {@code wal.transaction.join}
     */
    TableAndLog(CrashingDatabase database, Class<?> configuration, Path log, String join) {
        this.database = database;
        this.configuration = configuration;
        this.log = log;
        this.join = join;
        sql().execute("drop table if exists payment, wal_marker");
        sql().execute("create table payment (id bigint primary key, amount bigint not null,"
                + " reference bigint not null unique " + database.deferred() + ")");
    }

    ApplicationProcess start(StopAt stop, String... properties) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "spring.datasource.url=" + database.url(),
                "spring.datasource.username=" + database.user(),
                "spring.datasource.hikari.maximum-pool-size=8",
                "spring.datasource.hikari.connection-timeout=5000",
                "wal.transaction.join=" + join,
                "wal.transaction.marker.initialize-schema=always"));
        all.addAll(List.of(properties));
        return ApplicationProcess.start(configuration, log, stop, told, all);
    }

    /** Has an application pay, with ids that were never used. */
    void load(ApplicationProcess application) throws IOException {
        application.command("load " + ++loads * IDS_OF_A_LOAD);
    }

    /** Waits for so many more payments. */
    void awaitPaid(int more) {
        int goal = told.paid().size() + more;
        await("payments are acknowledged").until(() -> told.paid().size() >= goal);
    }

    /** Waits until the database has it so. */
    void await(String what, Callable<Boolean> condition) {
        await(what).until(condition);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(TIMEOUT).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL);
    }

    /** What the table has beside what the map of this application had when it was last told. */
    Verdict compare(ApplicationProcess application) {
        return Verdict.of(rows(), application.entries(), told);
    }

    Map<Long, Long> rows() {
        Map<Long, Long> rows = new TreeMap<>();
        sql().query("select id, amount from payment", row -> {
            rows.put(row.getLong(1), row.getLong(2));
        });
        return rows;
    }

    long markers() {
        return sql().queryForObject("select count(*) from wal_marker", Long.class);
    }

    Class<?> configuration() {
        return configuration;
    }

    Told told() {
        return told;
    }

    CrashingDatabase database() {
        return database;
    }

    JdbcTemplate sql() {
        return database.sql();
    }
}
