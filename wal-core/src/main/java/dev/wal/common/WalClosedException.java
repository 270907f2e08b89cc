package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * The log is closed. Nothing of the refused call was written.
 */
public class WalClosedException extends WalException {
    private static final long serialVersionUID = 1;

    public WalClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalClosedException(String message) {
        this(message, null);
    }
}
