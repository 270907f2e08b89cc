package dev.wal.listener;

/** Where a listener begins that has no position yet. */
public enum StartAt {
    /** With what is committed after it was started for the first time. */
    END,
    /** With the first commit that is left in the log. */
    BEGINNING
}
