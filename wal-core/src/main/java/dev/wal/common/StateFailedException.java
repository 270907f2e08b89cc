package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * A state threw while a committed change was applied to it. The log has ended, because memory and log may differ; restart to recover the state from the log.
 */
public class StateFailedException extends WalException {
    private static final long serialVersionUID = 1;

    public StateFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public StateFailedException(String message) {
        this(message, null);
    }
}
