package dev.wal.listener;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A listener at a moment.
 *
 * @param id of the listener
 * @param tables that it listens to, empty for all
 * @param fromCheckpoint whether it begins at the last checkpoint each time
 * @param state what it is doing
 * @param position commits before it were handed over; −1 if it has none
 * @param lagBytes bytes of the log between that and what is durable; −1 if it has no position
 * @param lastFailure what went wrong last, also if it has gone well since; empty if nothing has since the program started
 * @param tries how often the change in hand has failed; 0 if it has not
 * @param handedOver changes that the handler took since the program started
 * @param skipped changes that were ever given up, −1 if the file that says so cannot be read
 * @param lastCommitTime when the last change that was handed over was committed
 */
public record ListenerStatus(
        String id,
        Set<String> tables,
        boolean fromCheckpoint,
        ListenerState state,
        long position,
        long lagBytes,
        Optional<ListenerFailure> lastFailure,
        int tries,
        long handedOver,
        long skipped,
        Optional<Instant> lastCommitTime) {}
