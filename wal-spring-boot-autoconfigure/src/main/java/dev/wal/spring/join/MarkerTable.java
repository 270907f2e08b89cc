package dev.wal.spring.join;

import dev.wal.InDoubtResolver;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table {@value #NAME} of the database: whether a transaction of the log is in it says what became of the transaction of the database that it had joined.
 *
 * <p>A transaction writes its marker itself, so that the marker is there exactly if it has committed. Who wants to know, and must not be told otherwise later, writes a marker that says the opposite under the same key: either it
 * is refused, because the transaction has committed, or it is taken, and then the transaction never can. While the transaction is still committing, the database has the second one wait.
 *
 * <p>Safe for use by several threads.
 */
public final class MarkerTable {
    public static final String NAME = "wal_marker";

    /** How long the database may take for one statement of ours, also for waiting until a transaction that is still committing has ended. */
    static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    private static final String COMMITTED = "C";
    private static final String ABORTED = "A";
    private static final String INSERT = "insert into " + NAME + " (log_id, transaction_id, outcome) values (?, ?, ?)";

    /** So many are read at once. */
    static final int MOST_FOUND = 10_000;

    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    /** Takes the time that the transaction has left. */
    private final JdbcTemplate joined;

    private final JdbcTemplate reading;
    private final TransactionTemplate own;

    public MarkerTable(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = new JdbcTemplate(dataSource);
        this.joined = new JdbcTemplate(dataSource);
        jdbc.setQueryTimeout((int) STATEMENT_TIMEOUT.toSeconds());
        this.reading = new JdbcTemplate(dataSource);
        reading.setQueryTimeout((int) STATEMENT_TIMEOUT.toSeconds());
        reading.setMaxRows(MOST_FOUND);
        // Not a bean, so that it is told nothing, and joins nothing.
        this.own = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        // Whoever waited for another transaction must see what that has done, at each level that is the default
        // somewhere.
        own.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    }

    DataSource dataSource() {
        return dataSource;
    }

    /**
     * Says that a transaction has committed, within it.
     *
     * @param bound the data source under which its connection is bound
     */
    void markCommitted(DataSource bound, long logId, long transactionId) {
        JdbcTemplate template = bound == dataSource ? joined : new JdbcTemplate(bound);
        template.update(INSERT, logId, transactionId, COMMITTED);
    }

    /**
     * Finds out what became of a transaction; the answer stays the same as long as its marker is not deleted. Waits while the transaction is still committing.
     *
     * @throws org.springframework.dao.DataAccessException if the database does not answer, or the transaction has not ended in time
     */
    InDoubtResolver.Decision decide(long logId, long transactionId) {
        try {
            own.executeWithoutResult(status -> jdbc.update(INSERT, logId, transactionId, ABORTED));
            return InDoubtResolver.Decision.ROLL_BACK;
        } catch (DataIntegrityViolationException e) {
            List<String> outcomes = own.execute(status -> jdbc.queryForList(
                    "select outcome from " + NAME + " where log_id = ? and transaction_id = ?",
                    String.class,
                    logId,
                    transactionId));
            if (outcomes.isEmpty()) {
                throw e;
            }
            return outcomes.get(0).equals(COMMITTED)
                    ? InDoubtResolver.Decision.COMMIT
                    : InDoubtResolver.Decision.ROLL_BACK;
        }
    }

    /** Deletes markers that nobody will ask for. */
    void delete(long logId, List<Long> transactionIds) {
        List<Object[]> keys =
                transactionIds.stream().map(id -> new Object[] {logId, id}).toList();
        own.executeWithoutResult(
                status -> jdbc.batchUpdate("delete from " + NAME + " where log_id = ? and transaction_id = ?", keys));
    }

    /** Transactions of a log that have a marker, in order, of those with a greater id the first {@link #MOST_FOUND}. */
    List<Long> transactionsAfter(long logId, long transactionId) {
        return own.execute(status -> reading.queryForList(
                "select transaction_id from " + NAME
                        + " where log_id = ? and transaction_id > ? order by transaction_id",
                Long.class,
                logId,
                transactionId));
    }
}
