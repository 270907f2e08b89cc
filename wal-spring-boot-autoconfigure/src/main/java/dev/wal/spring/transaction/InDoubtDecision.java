package dev.wal.spring.transaction;

import dev.wal.InDoubtResolver;
import dev.wal.InDoubtTransaction;
import dev.wal.WalManager;
import java.util.List;

/** Decides about transactions that an earlier start has left in doubt. Called when the log has been opened, before anybody has it and before states are recovered. */
@FunctionalInterface
public interface InDoubtDecision {

    /**
     * Decides about all of them.
     *
     * @throws TransactionsInDoubtException if it cannot: the application does not start then
     */
    void decide(WalManager walManager);

    /** Where nobody can decide: refuses to start with transactions in doubt, unless the application has an {@link InDoubtResolver} of its own, which has left them. */
    static void refuse(WalManager walManager) {
        List<InDoubtTransaction> left = walManager.inDoubt();
        if (!left.isEmpty() && walManager.options().inDoubtResolver() == InDoubtResolver.LEAVE) {
            throw new TransactionsInDoubtException(walManager, left, "and nobody here can decide about them", null);
        }
    }
}
