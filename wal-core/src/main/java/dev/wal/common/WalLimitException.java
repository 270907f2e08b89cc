package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * A record, batch or transaction is larger than the log takes. Nothing of it was written.
 */
public class WalLimitException extends WalException {
    private static final long serialVersionUID = 1;

    public WalLimitException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalLimitException(String message) {
        this(message, null);
    }
}
