package dev.wal.common;

import org.jspecify.annotations.Nullable;

/**
 * No further segment could be prepared, usually because the disk is full. Nothing of the refused call was written; the log accepts commits again as soon as a segment can be prepared.
 */
public class WalSpaceException extends WalException {
    private static final long serialVersionUID = 1;

    public WalSpaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public WalSpaceException(String message) {
        this(message, null);
    }
}
