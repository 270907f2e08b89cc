package dev.wal.spring.boot.diagnostics;

import dev.wal.common.WalException;

/** The log could not be opened, or its states could not be restored, so that the application does not start. The cause is what the log threw. */
public final class WalOpeningException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final WalException failure;

    public WalOpeningException(WalException failure) {
        super("The write-ahead log could not be opened: " + failure.getMessage(), failure);
        this.failure = failure;
    }

    WalException failure() {
        return failure;
    }
}
