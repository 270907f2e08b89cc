package dev.wal.demo.ledger;

/** The ledger refuses a request, and nothing has changed. */
public abstract sealed class LedgerException extends RuntimeException
        permits InsufficientFundsException, InvalidRequestException, ReferenceReusedException, UnknownAccountException {
    private static final long serialVersionUID = 1;

    LedgerException(String message) {
        super(message);
    }
}
