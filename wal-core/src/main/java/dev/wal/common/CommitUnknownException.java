package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * A commit was under way when the log failed: whether it comes back at the next open is unknown. Never treat it as rolled back.
 */
public class CommitUnknownException extends WalFailedException {
    private static final long serialVersionUID = 1;

    public CommitUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public CommitUnknownException(String message) {
        this(message, null);
    }
}
