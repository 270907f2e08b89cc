package dev.wal.listener;

/** What a listener does with a change that failed at its last try. */
public enum FailurePolicy {
    /** Stops at the change, until somebody starts the listener again or has it skip the change. */
    STOP,
    /** Records durably that the change was given up, and goes on behind it. */
    SKIP
}
