package dev.wal.spring.boot.actuate;

import dev.wal.checkpoint.SkippedChange;
import dev.wal.common.WalException;
import dev.wal.listener.ListenerFailure;
import dev.wal.listener.ListenerStatus;
import dev.wal.listener.WalListeners;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/wallisteners}: the listeners, and their control. Writing needs {@code management.endpoint.wallisteners.access=unrestricted}, and takes no body.
 */
@Endpoint(id = "wallisteners", defaultAccess = Access.READ_ONLY)
public class WalListenersEndpoint {
    private final WalListeners walListeners;
    private final Duration stopTimeout;

    /** What can be asked of a listener. */
    enum Action {
        PAUSE,
        RESUME,
        START,
        STOP,
        SKIP,
        RESET_TO_BEGINNING;

        /** @throws IllegalArgumentException if there is none of that name */
        static Action named(String name) {
            for (Action action : values()) {
                if (action.text().equals(name)) {
                    return action;
                }
            }
            throw new IllegalArgumentException("There is no action " + name
                    + ": it is pause, resume, start, stop, skip, reset-to-beginning, or reset/<position>");
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param stopTimeout how long stopping waits for the change in hand */
    public WalListenersEndpoint(WalListeners walListeners, Duration stopTimeout) {
        this.walListeners = walListeners;
        this.stopTimeout = stopTimeout;
    }

    @ReadOperation
    public ListenersDescriptor listeners() {
        return new ListenersDescriptor(walListeners.statuses().stream()
                .map(status -> ListenerDescriptor.of(status, null))
                .toList());
    }

    /** One listener, with what it has skipped; null if there is none of that id. */
    @ReadOperation
    public @Nullable ListenerDescriptor listener(@Selector String id) {
        return hasListener(id) ? ListenerDescriptor.of(walListeners.status(id), skipped(id)) : null;
    }

    /** Has a listener pause, resume, start, stop, skip the change that fails, or go back to the beginning. */
    @WriteOperation
    public ListenerDescriptor control(@Selector String id, @Selector String action) {
        switch (Action.named(action)) {
            case PAUSE -> walListeners.pause(id);
            case RESUME -> walListeners.resume(id);
            case START -> walListeners.start(id);
            case STOP -> walListeners.stop(id, stopTimeout);
            case SKIP -> walListeners.skip(id);
            case RESET_TO_BEGINNING -> walListeners.resetToBeginning(id);
        }
        return ListenerDescriptor.of(walListeners.status(id), null);
    }

    /** Has a listener go on at a position. */
    @WriteOperation
    public ListenerDescriptor reset(@Selector String id, @Selector String action, @Selector long position) {
        if (!action.equals("reset")) {
            throw new IllegalArgumentException("There is no action " + action + " with a position: it is reset");
        }
        walListeners.reset(id, position);
        return ListenerDescriptor.of(walListeners.status(id), null);
    }

    boolean hasListener(String id) {
        return walListeners.ids().contains(id);
    }

    private @Nullable List<SkippedDescriptor> skipped(String id) {
        try {
            return walListeners.skipped(id).last().stream()
                    .map(SkippedDescriptor::of)
                    .toList();
        } catch (WalException e) {
            // The number says that it is not known.
            return null;
        }
    }

    public record ListenersDescriptor(List<ListenerDescriptor> listeners) {}

    /**
     * @param tables empty for all
     * @param state {@code RUNNING}, {@code PAUSED}, {@code BACKING_OFF}, {@code STOPPED} or {@code FAILED}
     * @param position commits before it were handed over; −1 if there is none
     * @param lagBytes bytes of the log between that and what is durable; −1 if there is no position
     * @param tries how often the change in hand has failed
     * @param handedOver changes that it took since the application started
     * @param skipped changes that it ever gave up; −1 if that cannot be read
     * @param lastSkipped the last of these, oldest first; shown for one listener alone
     */
    public record ListenerDescriptor(
            String id,
            Set<String> tables,
            boolean fromCheckpoint,
            String state,
            long position,
            long lagBytes,
            int tries,
            long handedOver,
            long skipped,
            @Nullable Instant lastCommitTime,
            @Nullable FailureDescriptor lastFailure,
            @Nullable List<SkippedDescriptor> lastSkipped) {
        private static ListenerDescriptor of(ListenerStatus status, @Nullable List<SkippedDescriptor> lastSkipped) {
            return new ListenerDescriptor(
                    status.id(),
                    status.tables(),
                    status.fromCheckpoint(),
                    status.state().name(),
                    status.position(),
                    status.lagBytes(),
                    status.tries(),
                    status.handedOver(),
                    status.skipped(),
                    status.lastCommitTime().orElse(null),
                    status.lastFailure().map(FailureDescriptor::of).orElse(null),
                    lastSkipped);
        }
    }

    /**
     * What an application says in its exceptions may be what rows hold, and is not shown: it is in the application's log.
     *
     * @param error class of what was thrown
     * @param message what the log says, if it was a file of it that failed, and no state
     * @param change that failed, if one did
     */
    public record FailureDescriptor(
            Instant time, String error, @Nullable String message, ListenerFailure.@Nullable FailedChange change) {
        private static FailureDescriptor of(ListenerFailure failure) {
            return new FailureDescriptor(
                    failure.time(),
                    failure.error(),
                    isOfTheLogAlone(failure) ? failure.message() : null,
                    failure.change().orElse(null));
        }

        private static boolean isOfTheLogAlone(ListenerFailure failure) {
            return failure.change().isEmpty() && FailureDescription.isMessageShown(failure.error());
        }
    }

    /** @param error class of what was thrown at the last try */
    public record SkippedDescriptor(
            Instant time,
            long position,
            long lsn,
            int partition,
            String table,
            long transactionId,
            int tries,
            String error) {
        private static SkippedDescriptor of(SkippedChange change) {
            return new SkippedDescriptor(
                    change.time(),
                    change.position(),
                    change.lsn(),
                    change.partition(),
                    change.table(),
                    change.transactionId(),
                    change.tries(),
                    change.error());
        }
    }
}
