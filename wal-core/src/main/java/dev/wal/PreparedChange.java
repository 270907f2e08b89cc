package dev.wal;

import dev.wal.record.WalChange;

/** A change that a state has looked at and can take over, for a change that was not committed yet. See {@link StateMachine#prepare}. */
@FunctionalInterface
public interface PreparedChange {

    /**
     * Takes the change over. In memory, without I/O; must not write to the log. What it throws ends the log.
     *
     * @param committed the change that was prepared, and its place in the log
     */
    void apply(WalChange committed);
}
