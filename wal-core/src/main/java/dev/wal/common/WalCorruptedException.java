package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that were once known to be forced, or files that must be there, are damaged or missing. The log was left as it is. Restore the directory from a backup, or give up what lies behind the damage by opening in mode {@link RecoveryMode#STOP_AT_DAMAGE}.
 */
public class WalCorruptedException extends WalException {
    private static final long serialVersionUID = 1;

    public WalCorruptedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalCorruptedException(String message) {
        this(message, null);
    }
}
