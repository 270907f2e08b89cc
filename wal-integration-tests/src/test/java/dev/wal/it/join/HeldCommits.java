package dev.wal.it.join;

import org.springframework.jdbc.core.JdbcTemplate;

/** Makes the server take long for a COMMIT, and shows who waits. For one thread. */
final class HeldCommits {
    /** An application that has started again asks the database about transactions, and waits for one that is not decided. */
    private static final String ASKS = "wait_event_type = 'Lock' and query ilike 'insert into wal_marker%'";

    private static final String WAITS_FOR_ANOTHER_SERVER = "wait_event = 'SyncRep'";

    /** Who deletes markers waits as well, and has nothing of the table of payments. */
    private static final String PAYS = "exists (select 1 from pg_locks where pg_locks.pid = pg_stat_activity.pid"
            + " and relation = 'payment'::regclass)";

    private static final String WAITS_FOR_LOCK = "wait_event = 'advisory'";
    private static final int LOCK = 4711;

    private final JdbcTemplate sql;
    private final JdbcTemplate oneSession;

    /** @param oneSession over one connection, which holds the lock */
    HeldCommits(JdbcTemplate sql, JdbcTemplate oneSession) {
        this.sql = sql;
        this.oneSession = oneSession;
    }

    /** From now on, a COMMIT is durable on this server, but waits for another one that does not exist. Nobody else sees its transaction until then. */
    void holdDecided() {
        sql.execute("alter system set synchronous_standby_names = 'nobody'");
        reload();
    }

    void releaseDecided() {
        holdNobodyAfterRestart();
        reload();
    }

    /** When the server is started again, no COMMIT waits for another one. */
    void holdNobodyAfterRestart() {
        sql.execute("alter system reset synchronous_standby_names");
    }

    private void reload() {
        sql.execute("select pg_reload_conf()");
    }

    /** Whether a payment is held: its account is locked, and others may wait for that. */
    boolean holdsDecided() {
        return count(WAITS_FOR_ANOTHER_SERVER + " and " + PAYS) > 0;
    }

    /** Ends the sessions whose transaction is durable on this server. Those who wait for them hear of a lost connection. */
    void loseDecided() {
        terminate(WAITS_FOR_ANOTHER_SERVER);
    }

    /** From now on, a COMMIT of a payment waits for a lock before anything is decided. */
    void holdUndecided() {
        oneSession.execute("select pg_advisory_lock(" + LOCK + ")");
        sql.execute("create or replace function wait_for_lock() returns trigger language plpgsql as "
                + "'begin perform pg_advisory_xact_lock_shared(" + LOCK + "); return null; end'");
        sql.execute("create constraint trigger waits after insert on payment deferrable initially deferred"
                + " for each row execute function wait_for_lock()");
    }

    void releaseUndecided() {
        oneSession.execute("select pg_advisory_unlock(" + LOCK + ")");
    }

    long undecided() {
        return count(WAITS_FOR_LOCK);
    }

    /** Ends the sessions that wait for the lock. Their transactions are rolled back. */
    void endUndecided() {
        terminate(WAITS_FOR_LOCK);
    }

    boolean somebodyAsks() {
        return count(ASKS) > 0;
    }

    private long count(String condition) {
        return sql.queryForObject("select count(*) from pg_stat_activity where " + condition, Long.class);
    }

    private void terminate(String condition) {
        sql.execute("select pg_terminate_backend(pid) from pg_stat_activity where " + condition);
    }
}
