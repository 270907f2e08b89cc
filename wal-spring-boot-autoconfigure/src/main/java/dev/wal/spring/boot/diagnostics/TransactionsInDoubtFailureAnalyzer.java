package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.transaction.TransactionsInDoubtException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A log with transactions in doubt about which nobody could decide. */
final class TransactionsInDoubtFailureAnalyzer extends AbstractFailureAnalyzer<TransactionsInDoubtException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TransactionsInDoubtException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), action(cause), cause);
    }

    private static String action(TransactionsInDoubtException cause) {
        if (cause.getCause() != null) {
            return "Make sure that the database answers, that its table wal_marker is there (it was, when these transactions"
                    + " were prepared), and that no transaction in it is committing any more, and start again. Nothing was"
                    + " decided that the next start would decide otherwise. Do not join another database meanwhile, and do not"
                    + " delete rows of wal_marker.";
        }
        return "If they had joined transactions of a database, start once with wal.transaction.join=prepared and that"
                + " database, which knows what became of them. If the application has prepared them itself, decide about them"
                + " by an InDoubtResolver, set by a WalOptionsCustomizer bean.";
    }
}
