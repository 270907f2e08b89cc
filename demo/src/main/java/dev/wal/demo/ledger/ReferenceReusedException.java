package dev.wal.demo.ledger;

/** The reference belongs to another transfer. Send the same transfer again, or choose a new reference. */
public final class ReferenceReusedException extends LedgerException {
    private static final long serialVersionUID = 1;

    ReferenceReusedException(String message) {
        super(message);
    }
}
