package dev.wal.spring.join;

import dev.wal.InDoubtResolver;
import dev.wal.InDoubtTransaction;
import dev.wal.WalManager;
import dev.wal.spring.transaction.InDoubtDecision;
import dev.wal.spring.transaction.TransactionsInDoubtException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/** Decides as the markers in the database say. Asks nothing if nothing is in doubt, so that the database need not be there then. */
public final class DecisionByMarkers implements InDoubtDecision {
    private static final Logger logger = LoggerFactory.getLogger(DecisionByMarkers.class);

    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final MarkerTable table;
    private final Duration longestWait;

    /** @param longestWait how long to wait for transactions that are still committing in the database */
    public DecisionByMarkers(MarkerTable table, Duration longestWait) {
        this.table = table;
        this.longestWait = longestWait;
    }

    @Override
    public void decide(WalManager walManager) {
        List<InDoubtTransaction> inDoubt = walManager.inDoubt();
        long deadline = System.nanoTime() + longestWait.toNanos();
        try {
            for (InDoubtTransaction transaction : inDoubt) {
                InDoubtResolver.Decision decision = ask(walManager.logId(), transaction.transactionId(), deadline);
                walManager.resolve(transaction.transactionId(), decision);
                logger.info("{} was in doubt; the database has decided: {}", transaction, decision);
            }
        } catch (DataAccessException | TransactionException e) {
            throw new TransactionsInDoubtException(
                    walManager,
                    walManager.inDoubt(),
                    "and the database that they had joined did not say what became of them (" + e.getMessage() + ")",
                    e);
        }
    }

    /** A database that has a statement wait ends the wait by itself, some of them soon or at once. */
    private InDoubtResolver.Decision ask(long logId, long transactionId, long deadline) {
        while (true) {
            try {
                return table.decide(logId, transactionId);
            } catch (TransientDataAccessException e) {
                if (System.nanoTime() - deadline >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                logger.info(
                        "Transaction {} may still be committing in the database, which is asked again", transactionId);
            }
        }
    }
}
