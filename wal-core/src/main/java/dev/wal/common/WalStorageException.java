package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * The storage failed in a way that did not touch the tail of the log. What was asked for did not happen; the log goes on where it was open.
 */
public class WalStorageException extends WalException {
    private static final long serialVersionUID = 1;

    public WalStorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalStorageException(String message) {
        this(message, null);
    }
}
