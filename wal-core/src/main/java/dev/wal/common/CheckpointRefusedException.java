package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint was refused or given up. The log is as it was.
 */
public class CheckpointRefusedException extends WalException {
    private static final long serialVersionUID = 1;

    public CheckpointRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public CheckpointRefusedException(String message) {
        this(message, null);
    }
}
