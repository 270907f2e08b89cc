package dev.wal.spring.transaction;

import dev.wal.InDoubtTransaction;
import dev.wal.WalManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The application does not start, because transactions of the log are in doubt, and nobody could say what became of them. The log is as it was. */
public final class TransactionsInDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param why end of a sentence */
    public TransactionsInDoubtException(
            WalManager walManager, List<InDoubtTransaction> inDoubt, String why, @Nullable Throwable cause) {
        super(
                "In the write-ahead log " + walManager.options().storage().directory() + " " + inDoubt.size()
                        + " transactions are in doubt, " + why + ": "
                        + inDoubt.stream()
                                .map(InDoubtTransaction::transactionId)
                                .toList(),
                cause);
    }
}
