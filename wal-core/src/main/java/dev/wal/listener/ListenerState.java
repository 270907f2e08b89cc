package dev.wal.listener;

/** What a listener is doing. */
public enum ListenerState {
    /** Hands over, or waits for something to hand over. */
    RUNNING,
    /** Has its position and hands nothing over, until it is resumed. */
    PAUSED,
    /** Waits before it tries again what has failed. */
    BACKING_OFF,
    /** Was not started, or was stopped, or the log was closed. */
    STOPPED,
    /** Has ended with a failure. */
    FAILED
}
