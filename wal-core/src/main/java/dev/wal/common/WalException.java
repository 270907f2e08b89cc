package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * Damage of a log, a failure of its storage, or a limit that it keeps. What a caller did wrong is an {@link IllegalArgumentException} or
 * {@link IllegalStateException} instead.
 */
public abstract class WalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    protected WalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
