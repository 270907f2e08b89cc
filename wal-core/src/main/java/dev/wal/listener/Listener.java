package dev.wal.listener;

import dev.wal.WalConsumer;
import dev.wal.WalManager;
import dev.wal.WalTailer;
import dev.wal.common.WalClosedException;
import dev.wal.common.WalException;
import dev.wal.common.WalOvertakenException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener, over all its runs. Safe for use by several threads. */
final class Listener {
    private static final Logger logger = LoggerFactory.getLogger(Listener.class);

    private final WalManager wal;
    private final ListenerOptions options;
    private final Timing timing;
    private final Control control;
    private final Delivery delivery;

    /** The run that is active, or the last one. */
    private volatile @Nullable ListenerLoop loop;

    private volatile @Nullable Thread thread;

    Listener(WalManager wal, ListenerOptions options, ChangeHandler handler, Timing timing) {
        this.wal = wal;
        this.options = options;
        this.timing = timing;
        this.control = new Control(options.id(), timing);
        this.delivery = new Delivery(wal, options, handler, control);
    }

    void start() {
        control.begin();
        boolean started = false;
        try {
            WalTailer tailer = open();
            try {
                run(tailer);
                started = true;
            } finally {
                if (!started) {
                    tailer.close();
                }
            }
        } catch (WalException | IllegalStateException e) {
            cannotBegin(e);
            throw e;
        } finally {
            if (!started) {
                control.ended(true);
            }
        }
    }

    private void cannotBegin(Throwable e) {
        control.failed(ListenerFailure.of(wal.options().clock().instant(), e, Optional.empty()));
    }

    private void run(WalTailer tailer) {
        ListenerLoop first = loop(tailer);
        Thread runs = new Thread(() -> runUntilEnded(first), "wal-listener-" + options.id());
        runs.setDaemon(true);
        thread = runs;
        runs.start();
    }

    private ListenerLoop loop(WalTailer tailer) {
        ListenerLoop begun = new ListenerLoop(wal, options, control, delivery, timing, tailer);
        loop = begun;
        return begun;
    }

    private void runUntilEnded(ListenerLoop first) {
        ListenerLoop.End end = first.run();
        while (end == ListenerLoop.End.CHANGE_FAILED) {
            if (!control.endedUnlessSkipped()) {
                return;
            }
            end = runOnceMore();
        }
        control.ended(end == ListenerLoop.End.FAILED);
    }

    /** A skip was asked for while the run was ending, which nobody else starts a run for. */
    private ListenerLoop.End runOnceMore() {
        logger.info("Listener {} goes on behind the change that failed", options.id());
        WalTailer tailer;
        try {
            tailer = open();
        } catch (WalClosedException e) {
            logger.debug("Listener {} ends with the log", options.id(), e);
            return ListenerLoop.End.STOPPED;
        } catch (Throwable e) {
            cannotBegin(e);
            logger.error("Listener {} cannot go on behind the change that failed", options.id(), e);
            return ListenerLoop.End.FAILED;
        }
        return loop(tailer).run();
    }

    private WalTailer open() {
        if (options.fromCheckpoint()) {
            return wal.tailFromCheckpoints();
        }
        if (options.startAt() == StartAt.END) {
            return wal.tail(options.id(), wal.status().position());
        }
        while (true) {
            long first = wal.firstPosition();
            try {
                return wal.tail(options.id(), first);
            } catch (WalOvertakenException e) {
                throwUnlessOvertakenSince(first, e);
            }
        }
    }

    private void throwUnlessOvertakenSince(long first, WalOvertakenException e) {
        if (wal.firstPosition() == first) {
            throw e;
        }
        logger.debug("Listener {} looks anew for the first position", options.id(), e);
    }

    /** Asks it to stop, and returns at once. */
    void requestStop() {
        control.stop();
        wakeUp();
    }

    /** Whether it has ended; a handler that stops its own listener does not wait for itself. */
    boolean awaitEnd(long nanos) {
        return Thread.currentThread() != thread && control.awaitEnd(nanos);
    }

    void pause() {
        control.pause();
        wakeUp();
    }

    void resume() {
        control.resume();
    }

    /** Has the change that failed passed over, starting the listener if it has stopped there. */
    void skip() {
        if (control.skip()) {
            start();
        }
    }

    void reset(long position) {
        resetWith(() -> wal.resetConsumer(options.id(), position));
    }

    void resetToBeginning() {
        resetWith(() -> {
            long first = wal.firstPosition();
            while (!isReset(first)) {
                first = wal.firstPosition();
            }
        });
    }

    private boolean isReset(long first) {
        try {
            wal.resetConsumer(options.id(), first);
            return true;
        } catch (WalOvertakenException e) {
            throwUnlessOvertakenSince(first, e);
            return false;
        }
    }

    private void resetWith(Runnable action) {
        if (options.fromCheckpoint()) {
            throw new IllegalStateException("Listener " + options.id()
                    + " has no position that could be reset: it begins at the last checkpoint whenever it is started");
        }
        control.whileInactive(() -> {
            action.run();
            delivery.forgetProgress();
        });
    }

    private void wakeUp() {
        ListenerLoop current = loop;
        if (current != null) {
            current.wakeUp();
        }
    }

    /** @param durableMark of the log */
    ListenerStatus status(long durableMark) {
        long position = position();
        return new ListenerStatus(
                options.id(),
                options.tables(),
                options.fromCheckpoint(),
                control.state(),
                position,
                position < 0 ? -1 : Math.max(0, durableMark - position),
                control.lastFailure(),
                control.tries(),
                delivery.handedOver(),
                skipped(),
                delivery.lastCommitTime());
    }

    private long position() {
        ListenerLoop current = loop;
        if (current != null && control.isActive()) {
            return current.position();
        }
        return wal.consumers().stream()
                .filter(consumer -> consumer.id().equals(options.id()))
                .mapToLong(WalConsumer::position)
                .findFirst()
                .orElse(-1);
    }

    private long skipped() {
        try {
            return wal.skips().of(options.id()).total();
        } catch (WalException e) {
            logger.debug("What listener {} has skipped is not known", options.id(), e);
            return -1;
        }
    }
}
