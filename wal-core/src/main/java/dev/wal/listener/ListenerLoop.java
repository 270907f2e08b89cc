package dev.wal.listener;

import dev.wal.WalManager;
import dev.wal.WalTailer;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalOvertakenException;
import dev.wal.common.WalStorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a listener: polls, has changes handed over, and acknowledges, until it is stopped or something ends it.
 *
 * <p>An acknowledgement is two forces of the disk that writers use. So several batches share one: it is due after {@value #MAX_UNACKNOWLEDGED} of them, or a second, and whenever the listener pauses or stops.
 */
final class ListenerLoop {
    private static final Logger logger = LoggerFactory.getLogger(ListenerLoop.class);
    static final int MAX_UNACKNOWLEDGED = 1000;
    static final Duration MAX_UNACKNOWLEDGED_TIME = Duration.ofSeconds(1);

    private final WalManager wal;
    private final ListenerOptions options;
    private final Control control;
    private final Delivery delivery;
    private final Timing timing;
    private volatile WalTailer tailer;
    private int unacknowledged;
    private long acknowledgedNanos;
    private int storageFailures;

    ListenerLoop(
            WalManager wal,
            ListenerOptions options,
            Control control,
            Delivery delivery,
            Timing timing,
            WalTailer tailer) {
        this.wal = wal;
        this.options = options;
        this.control = control;
        this.delivery = delivery;
        this.timing = timing;
        this.tailer = tailer;
    }

    /** Commits before it were handed over. Any thread may ask. */
    long position() {
        return tailer.position();
    }

    /** Has the control looked at soon. Any thread may call it. */
    void wakeUp() {
        tailer.wakeUp();
    }

    /** How a run has ended. */
    enum End {
        STOPPED,
        CHANGE_FAILED,
        FAILED
    }

    /** Hands changes over until it is to stop, or cannot go on. Throws nothing. */
    End run() {
        try {
            return runToEnd();
        } catch (Throwable e) {
            control.failed(ListenerFailure.of(now(), e, Optional.empty()));
            logger.error("Listener {} has stopped", options.id(), e);
            return End.FAILED;
        } finally {
            closeTailer();
        }
    }

    private End runToEnd() {
        try {
            delivery.begin();
            acknowledgedNanos = timing.nanoTime();
            loop();
        } catch (WalClosedException e) {
            logger.debug("Listener {} ends with the log", options.id(), e);
        } catch (HandlerFailedException e) {
            acknowledgeIfPossible();
            logger.error("Listener {} has stopped: its last try failed", options.id(), e.getCause());
            return End.CHANGE_FAILED;
        }
        return End.STOPPED;
    }

    private void closeTailer() {
        try {
            tailer.close();
        } catch (RuntimeException | Error e) {
            logger.warn("The files that listener {} reads could not be closed", options.id(), e);
        }
    }

    private void loop() {
        while (true) {
            if (control.isToHalt()) {
                acknowledgeIfPossible();
                if (!control.awaitGoOn()) {
                    return;
                }
            }
            try {
                poll();
                storageFailures = 0;
            } catch (ControlSignal e) {
                logger.trace("Listener {} looks what it is to do", options.id(), e);
            } catch (WalStorageException e) {
                waitAfter(e);
            } catch (WalOvertakenException e) {
                beginAnewOrThrow(e);
            }
        }
    }

    private void poll() {
        long sinceNanos = timing.nanoTime() - acknowledgedNanos;
        boolean due = unacknowledged >= MAX_UNACKNOWLEDGED || sinceNanos >= MAX_UNACKNOWLEDGED_TIME.toNanos();
        if (due) {
            acknowledge();
            sinceNanos = 0;
        }
        delivery.pollBegins();
        if (tailer.poll(MAX_UNACKNOWLEDGED_TIME.minusNanos(sinceNanos), delivery)) {
            unacknowledged++;
        }
    }

    private void acknowledge() {
        tailer.acknowledge();
        unacknowledged = 0;
        acknowledgedNanos = timing.nanoTime();
    }

    /** What cannot be acknowledged now comes again. */
    private void acknowledgeIfPossible() {
        try {
            acknowledge();
        } catch (WalClosedException e) {
            logger.debug("Listener {} could not acknowledge: the log is closed", options.id(), e);
        } catch (WalStorageException e) {
            control.failed(ListenerFailure.of(now(), e, Optional.empty()));
            logger.warn("Listener {} could not acknowledge", options.id(), e);
        }
    }

    /** A disk that is full or does not answer is no reason to give up: what is to be read stays there. */
    private void waitAfter(WalStorageException e) {
        control.failed(ListenerFailure.of(now(), e, Optional.empty()));
        storageFailures++;
        if (storageFailures == 1) {
            logger.warn("Listener {} waits for the storage", options.id(), e);
        }
        try {
            control.backOff(options.backOff().nanosAfter(storageFailures));
        } catch (ControlSignal signal) {
            logger.trace("Listener {} looks what it is to do", options.id(), signal);
        }
    }

    /** A checkpoint may come between asking where the last ones are and reading from there. As long as nothing was handed over, the newer ones are as good. */
    private void beginAnewOrThrow(WalOvertakenException e) {
        if (!options.fromCheckpoint() || delivery.hasBegun()) {
            throw e;
        }
        tailer.close();
        tailer = wal.tailFromCheckpoints();
    }

    private Instant now() {
        return wal.options().clock().instant();
    }
}
