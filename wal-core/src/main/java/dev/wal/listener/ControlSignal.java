package dev.wal.listener;

/** Thrown through a poll to end it between two changes: the listener is to pause or to stop, or to look whether the log has ended. */
final class ControlSignal extends RuntimeException {
    private static final long serialVersionUID = 1;

    ControlSignal() {
        super(null, null, false, false);
    }
}
