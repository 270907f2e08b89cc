package dev.wal.demo.ledger;

/** There is no account of this number. */
public final class UnknownAccountException extends LedgerException {
    private static final long serialVersionUID = 1;

    UnknownAccountException(String message) {
        super(message);
    }
}
