package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * The log has ended for good because a write, a force or a state failed; the cause is the first failure. Nothing of the refused call was written. Close the log, mend the cause and open it again.
 */
public class WalFailedException extends WalException {
    private static final long serialVersionUID = 1;

    public WalFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalFailedException(String message) {
        this(message, null);
    }
}
