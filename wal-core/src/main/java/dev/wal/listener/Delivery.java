package dev.wal.listener;

import dev.wal.WalManager;
import dev.wal.checkpoint.SkippedChange;
import dev.wal.common.WalStorageException;
import dev.wal.listener.ListenerFailure.FailedChange;
import dev.wal.record.WalChange;
import dev.wal.recovery.ReplayHandler;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands changes over one by one, and tries one that fails again, itself and not the whole transaction, until it is taken or given up. For the thread of the listener, but for the counts.
 */
final class Delivery implements ReplayHandler {
    private static final Logger logger = LoggerFactory.getLogger(Delivery.class);
    private static final long NONE = Long.MIN_VALUE;

    private final WalManager wal;
    private final ListenerOptions options;
    private final ChangeHandler handler;
    private final Control control;
    private final BatchProgress progress = new BatchProgress();
    private final AtomicLong handedOver = new AtomicLong();
    private final AtomicLong lastCommitMicros = new AtomicLong(NONE);
    private int tries;
    private boolean begun;

    Delivery(WalManager wal, ListenerOptions options, ChangeHandler handler, Control control) {
        this.wal = wal;
        this.options = options;
        this.handler = handler;
        this.control = control;
    }

    /** A run begins. Goes on within a batch if it comes again first, unless all is to be handed over again. */
    void begin() {
        tries = 0;
        begun = false;
        if (options.fromCheckpoint()) {
            progress.clear();
        }
    }

    /** Whether this run has handed something over, or tried to. */
    boolean hasBegun() {
        return begun;
    }

    void pollBegins() {
        progress.begin();
    }

    void forgetProgress() {
        progress.clear();
    }

    /** Changes that the handler took. */
    long handedOver() {
        return handedOver.get();
    }

    Optional<Instant> lastCommitTime() {
        long micros = lastCommitMicros.get();
        return micros == NONE ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    @Override
    public void change(WalChange change) {
        if (!progress.wasDone(change)) {
            if (options.listensTo(change.table())) {
                while (!isDealtWith(change)) {
                    // Once more, after a wait.
                }
                tries = 0;
                control.changeIsDone();
            }
            progress.done();
        }
    }

    private boolean isDealtWith(WalChange change) {
        ListenerFailure given = control.failureToSkip(change);
        if (given != null) {
            skip(change, given);
            return true;
        }
        Throwable thrown = handOver(change);
        if (thrown == null) {
            handedOver.incrementAndGet();
            lastCommitMicros.set(change.commitTimeMicros());
            return true;
        }
        return isGivenUp(change, thrown);
    }

    private @Nullable Throwable handOver(WalChange change) {
        control.beginChange();
        begun = true;
        try {
            handler.handle(change);
            return null;
        } catch (Throwable e) {
            return e;
        } finally {
            control.endChange();
            // The thread belongs to the listener: an interrupt that a handler left is for nobody.
            boolean left = Thread.interrupted();
            if (left) {
                logger.debug("The handler of listener {} left its thread interrupted", options.id());
            }
        }
    }

    private boolean isGivenUp(WalChange change, Throwable thrown) {
        if (!wal.isOpen()) {
            // The handler may have failed because the log has ended. If so, reading on says it.
            control.backOff(options.backOff().nanosAfter(1));
            throw new ControlSignal();
        }
        tries++;
        ListenerFailure failure = ListenerFailure.of(now(), thrown, Optional.of(FailedChange.of(change, tries)));
        control.changeFailed(failure);
        boolean last = tries >= options.tries();
        if (thrown instanceof Error || (last && options.failurePolicy() == FailurePolicy.STOP)) {
            throw new HandlerFailedException(thrown);
        }
        if (last) {
            skip(change, failure);
            return true;
        }
        if (tries == 1) {
            logger.warn("Listener {} failed at position {}, and tries again", options.id(), change.position(), thrown);
        }
        control.backOffOfChange(options.backOff().nanosAfter(tries));
        return false;
    }

    /** It must be on record before anything behind it is handed over, however long that takes. */
    private void skip(WalChange change, ListenerFailure failure) {
        SkippedChange skipped = new SkippedChange(
                now(),
                change.position(),
                change.lsn(),
                change.partition(),
                change.table(),
                change.transactionId(),
                failure.change().map(FailedChange::tries).orElse(0),
                failure.error(),
                failure.message());
        for (int failures = 1; ; failures++) {
            try {
                wal.skips().record(options.id(), skipped);
                logger.error(
                        "Listener {} skips the change of table {} at position {} (partition {}, LSN {}): {}: {}",
                        options.id(),
                        change.table(),
                        change.position(),
                        change.partition(),
                        change.lsn(),
                        failure.error(),
                        failure.message());
                return;
            } catch (WalStorageException e) {
                control.failed(ListenerFailure.of(now(), e, failure.change()));
                control.backOff(options.backOff().nanosAfter(failures));
            }
        }
    }

    private Instant now() {
        return wal.options().clock().instant();
    }
}
