package dev.wal.listener;

import dev.wal.record.WalChange;

/** Takes committed changes in commit order, one at a time, in the thread of its listener. */
@FunctionalInterface
public interface ChangeHandler {

    /**
     * Takes a change. It may come again, after a crash or a failure, so that taking it twice must do no harm. May write to the log.
     *
     * @throws Exception if it cannot take the change now: it is tried again, as the options of the listener say
     */
    void handle(WalChange change) throws Exception;
}
