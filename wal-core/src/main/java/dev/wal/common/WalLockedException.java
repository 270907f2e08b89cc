package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * Another process, or another log in this process, owns the directory. Close it, or open another directory.
 */
public class WalLockedException extends WalException {
    private static final long serialVersionUID = 1;

    public WalLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalLockedException(String message) {
        this(message, null);
    }
}
