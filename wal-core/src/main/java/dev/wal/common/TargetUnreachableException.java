package dev.wal.common;

import java.time.Instant;

/**
 * A log cannot be recovered to a moment so long ago: a checkpoint has dropped what would be needed. Nothing was written. Choose a later moment, or recover from an older backup.
 */
public class TargetUnreachableException extends WalException {
    private static final long serialVersionUID = 1;

    private final long earliestPosition;
    private final Instant earliestTime;

    public TargetUnreachableException(String message, long earliestPosition, Instant earliestTime) {
        super(message, null);
        this.earliestPosition = earliestPosition;
        this.earliestTime = earliestTime;
    }

    /** The lowest position that the log can be recovered to. */
    public long earliestPosition() {
        return earliestPosition;
    }

    /** The earliest time that the log can be recovered to. */
    public Instant earliestTime() {
        return earliestTime;
    }
}
