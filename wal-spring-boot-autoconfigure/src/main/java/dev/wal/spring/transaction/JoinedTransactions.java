package dev.wal.spring.transaction;

import dev.wal.WalManager;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has transactions of the log join those of other managers. Each of these tells the {@link #listener()} when one begins, and the first use of the log in it joins it.
 *
 * <p>That they are told of at their beginning, and not found at the first write, is what makes it certain that a write never comes too late unnoticed: a synchronization that is registered while synchronizations are told of a
 * commit is not told of that commit.
 */
public final class JoinedTransactions {
    private final Supplier<WalManager> walManager;
    private final Supplier<? extends JoinProtocol> protocol;

    /** @param walManager asked at the first use, so that transactions can begin before the log is opened; {@code protocol} at the first transaction */
    public JoinedTransactions(Supplier<WalManager> walManager, Supplier<? extends JoinProtocol> protocol) {
        this.walManager = walManager;
        this.protocol = protocol;
    }

    WalManager walManager() {
        return walManager.get();
    }

    /** To be added to each other transaction manager. */
    public TransactionExecutionListener listener() {
        return new Listener();
    }

    /** The transaction of the log in the outer one of this thread, which is joined if it can be; null if there is none, or it cannot. */
    @Nullable
    WalResourceHolder current() {
        OuterTransaction outer = bound();
        return outer == null ? null : outer.joinIfPossible();
    }

    /**
     * As {@link #current()}, for who needs one.
     *
     * @return null if no transaction of a manager with the listener is active
     * @throws org.springframework.transaction.IllegalTransactionStateException if it cannot be joined
     */
    @Nullable
    WalResourceHolder required() {
        OuterTransaction outer = bound();
        return outer == null ? null : outer.join();
    }

    private @Nullable OuterTransaction bound() {
        return (OuterTransaction) TransactionSynchronizationManager.getResource(this);
    }

    private void begun(TransactionExecution execution) {
        if (execution.isNewTransaction() && TransactionSynchronizationManager.isSynchronizationActive()) {
            OuterTransaction outer =
                    new OuterTransaction(this, execution, protocol.get().begun());
            TransactionSynchronizationManager.bindResource(this, outer);
            TransactionSynchronizationManager.registerSynchronization(outer);
        }
    }

    private final class Listener implements TransactionExecutionListener {

        /** What cannot be made is found out now, when nothing is bound yet: what {@link #afterBegin} throws leaves all bound that was. */
        @Override
        public void beforeBegin(TransactionExecution execution) {
            Objects.requireNonNull(protocol.get(), "protocol");
        }

        @Override
        public void afterBegin(TransactionExecution execution, @Nullable Throwable failure) {
            if (failure == null) {
                begun(execution);
            }
        }

        /** Later than all synchronizations, whatever their order: what they write before the commit still belongs to the transaction. */
        @Override
        public void beforeCommit(TransactionExecution execution) {
            OuterTransaction outer = bound();
            if (outer != null && outer.is(execution)) {
                outer.beforeCommit();
            }
        }
    }
}
