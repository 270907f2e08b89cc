package dev.wal.demo.ledger;

/** The request makes no sense, or would break a limit of an account. Change it. */
public final class InvalidRequestException extends LedgerException {
    private static final long serialVersionUID = 1;

    InvalidRequestException(String message) {
        super(message);
    }
}
