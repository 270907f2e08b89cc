package dev.wal.demo.ledger;

/** The account has less than is to be taken from it. */
public final class InsufficientFundsException extends LedgerException {
    private static final long serialVersionUID = 1;

    InsufficientFundsException(String message) {
        super(message);
    }
}
