package dev.wal.state;

/** Another transaction holds the lock of a key, and did not let go in time. */
public final class LockConflictException extends ConflictException {
    private static final long serialVersionUID = 1;

    LockConflictException(String message) {
        super(message);
    }
}
