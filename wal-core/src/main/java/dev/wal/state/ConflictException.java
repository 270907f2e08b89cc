package dev.wal.state;

/** Two transactions want the same. Nothing was written by the call; roll back, and try the whole transaction again. */
public abstract sealed class ConflictException extends RuntimeException
        permits LockConflictException, StaleReadException {
    private static final long serialVersionUID = 1;

    ConflictException(String message) {
        super(message);
    }
}
