package dev.wal.common;

/** Why the log was forced. A force covers all that was written before it, whatever it was made for. */
public enum ForceReason {
    /** Somebody waits for a commit. */
    COMMIT,

    /** Half the interval of a periodic log has passed. */
    INTERVAL,

    /** Nothing was appended for a while. */
    IDLE,

    /** The log was opened, checkpointed or closed, or the application asked for it. */
    REQUEST,

    /** A segment is full; commits do not wait for this force. */
    SEGMENT_FULL
}
