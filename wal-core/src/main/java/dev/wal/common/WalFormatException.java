package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * The files were written by a newer or another program. The log was left as it is. Open it with a version that knows the format.
 */
public class WalFormatException extends WalException {
    private static final long serialVersionUID = 1;

    public WalFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalFormatException(String message) {
        this(message, null);
    }
}
