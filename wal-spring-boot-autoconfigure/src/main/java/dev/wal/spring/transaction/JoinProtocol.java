package dev.wal.spring.transaction;

import dev.wal.TransactionOptions;
import dev.wal.WalTransaction;
import org.jspecify.annotations.Nullable;

/** How a transaction of the log ends together with one of another manager, which is called the outer one. Safe for use by several threads. */
public interface JoinProtocol {

    /** An outer transaction has begun; called by its thread, which has its resources bound. */
    Participant begun();

    /** The log's side of one outer transaction. For its thread alone. */
    interface Participant {

        /** Why the outer transaction cannot be joined, as a sentence; null if it can. */
        @Nullable
        String refusal();

        /** How the transaction of the log runs. */
        TransactionOptions options();

        /** Whether all that belongs to the transaction must be known before the outer one commits: then nothing is taken any more while it does. */
        boolean endsBeforeCommit();

        /** The last moment before the outer transaction commits. What this throws rolls it back. */
        void beforeCommit(WalTransaction transaction);

        /** The outer transaction has committed. What this throws reaches who committed it. */
        void committed(WalTransaction transaction);

        /**
         * As {@link #committed}, if the transaction of the log was marked for rollback too late to roll the outer one back. Comes only where writes are taken until the end.
         */
        void committedAlone(WalTransaction transaction);

        /**
         * The outer transaction was rolled back, or what became of it is unknown.
         *
         * @param status of {@link org.springframework.transaction.support.TransactionSynchronization}
         */
        void notCommitted(WalTransaction transaction, int status);
    }
}
