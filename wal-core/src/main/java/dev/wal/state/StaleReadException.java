package dev.wal.state;

/** A key changed after this transaction read it; writing it now would lose the other change. */
public final class StaleReadException extends ConflictException {
    private static final long serialVersionUID = 1;

    StaleReadException(String message) {
        super(message);
    }
}
