package dev.wal.listener;

/** Thrown through a poll when a change has failed for good and the listener has to stop. */
final class HandlerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HandlerFailedException(Throwable cause) {
        super(cause);
    }
}
