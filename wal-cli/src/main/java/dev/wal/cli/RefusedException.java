package dev.wal.cli;

/** What was asked for is not done; the message says why and what to do. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
