package dev.wal.spring.transaction;

import dev.wal.TransactionOptions;
import dev.wal.WalTransaction;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Commits to the log once the outer transaction has committed. A crash between the two leaves the log without it; that the log refuses or fails does, too, and is counted and thrown.
 */
public final class AfterCommitJoin implements JoinProtocol, JoinProtocol.Participant {
    private static final Logger logger = LoggerFactory.getLogger(AfterCommitJoin.class);

    private final AtomicLong missing = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();

    /** Number of transactions that have committed, but not to the log, or perhaps not. */
    public long missing() {
        return missing.get();
    }

    /** Number of transactions that are not in the log, of which nobody knows whether they have committed. */
    public long unknown() {
        return unknown.get();
    }

    @Override
    public Participant begun() {
        return this;
    }

    @Override
    public @Nullable String refusal() {
        return null;
    }

    @Override
    public TransactionOptions options() {
        return TransactionOptions.defaults();
    }

    @Override
    public boolean endsBeforeCommit() {
        return false;
    }

    @Override
    public void beforeCommit(WalTransaction transaction) {}

    @Override
    public void committed(WalTransaction transaction) {
        try {
            transaction.commit();
        } catch (RuntimeException | Error e) {
            throw missing(transaction, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void committedAlone(WalTransaction transaction) {
        boolean wrote = transaction.operations() > 0;
        transaction.rollback();
        if (wrote) {
            throw missing(
                    transaction,
                    "a transactional method of the log that took part in it has failed, or asked for a rollback, while it"
                            + " was being committed.",
                    null);
        }
    }

    /** Told at once, because what others throw may come before this. */
    private TransactionSystemException missing(WalTransaction transaction, String reason, @Nullable Throwable cause) {
        missing.incrementAndGet();
        TransactionSystemException thrown = new TransactionSystemException(
                "The transaction has committed, but what it wrote to the log, as transaction " + transaction.id()
                        + ", has not, or perhaps not: " + reason + " Do not try it again as a whole.");
        if (cause != null) {
            thrown.initCause(cause);
        }
        logger.error("Transaction {} is missing in the log, or perhaps missing", transaction.id(), thrown);
        return thrown;
    }

    @Override
    public void notCommitted(WalTransaction transaction, int status) {
        if (status != TransactionSynchronization.STATUS_ROLLED_BACK && transaction.operations() > 0) {
            unknown.incrementAndGet();
            logger.warn(
                    "Whether a transaction has committed is unknown; what it wrote to the log was rolled back, as"
                            + " transaction {}",
                    transaction.id());
        }
        transaction.rollback();
    }
}
