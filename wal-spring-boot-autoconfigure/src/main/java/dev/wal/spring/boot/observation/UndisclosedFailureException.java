package dev.wal.spring.boot.observation;

/** Stands in an observation for a failure whose messages may be what rows hold: it names classes alone. Never thrown. */
public final class UndisclosedFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UndisclosedFailureException(String classes) {
        super(classes);
    }
}
