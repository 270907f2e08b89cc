package dev.wal.spring.modulith;

import dev.wal.spring.transaction.WalTransactionManager;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * In which transaction of the log each call of the repository runs. It names the manager itself: beside a database, {@code @Transactional} alone would mean the database's.
 *
 * <p>A publication is created in its publisher's transaction, and commits or vanishes with it. All that happens to it later is of its own: a listener may run, and look for its publication, before
 * the caller that resubmitted it commits, and would wait for the caller's lock.
 */
final class PublicationTransactions {
    private final TransactionTemplate own;
    private final TransactionTemplate none;

    PublicationTransactions(WalTransactionManager transactionManager) {
        this.own = template(transactionManager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.none = template(transactionManager, TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
    }

    private static TransactionTemplate template(WalTransactionManager transactionManager, int propagation) {
        TransactionTemplate template = new TransactionTemplate(transactionManager);
        template.setPropagationBehavior(propagation);
        return template;
    }

    /** Runs in the caller's transaction, whichever that is: a write then refuses one that is not of the log. Without one, in a transaction of its own. */
    void inCallers(Runnable work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            work.run();
        } else {
            own.executeWithoutResult(status -> work.run());
        }
    }

    /** Runs in a new transaction, and returns when it has committed. */
    <T extends @Nullable Object> T inOwn(Supplier<T> work) {
        return own.execute(status -> work.get());
    }

    /** Runs in none, so that reads see what is committed. */
    <T extends @Nullable Object> T inNone(Supplier<T> work) {
        return none.execute(status -> work.get());
    }
}
