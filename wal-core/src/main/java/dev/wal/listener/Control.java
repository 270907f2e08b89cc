package dev.wal.listener;

import dev.wal.listener.ListenerFailure.FailedChange;
import dev.wal.record.WalChange;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread of a listener and those who control it meet. Safe for use by several threads; the lock is never held while a handler runs. Nor is it while the log is asked, but for {@link #whileInactive}: a reset writes
 * its position under it, so that no run can begin meanwhile; whoever asks something of this listener waits for that.
 *
 * <p>What is asked for takes effect between two changes: {@link #beginChange} is the gate that each change passes.
 */
final class Control {
    private enum Wish {
        GO_ON,
        PAUSE,
        STOP
    }

    private final String id;
    private final Timing timing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private Wish wish = Wish.STOP;
    private boolean active;
    private boolean handling;
    private boolean backingOff;
    private boolean failed;
    private boolean skipAsked;
    private @Nullable ListenerFailure lastFailure;

    /** The last failure, as long as it is that of the change in hand. */
    private @Nullable ListenerFailure failing;

    Control(String id, Timing timing) {
        this.id = id;
        this.timing = timing;
    }

    // For those who control.

    /** A run begins. */
    void begin() {
        locked(() -> {
            if (active) {
                throw new IllegalStateException("Listener " + id
                        + (wish == Wish.PAUSE
                                ? " is paused. Resume it."
                                : wish == Wish.STOP ? " is still ending. Try again later." : " is running already."));
            }
            active = true;
            failed = false;
            wish = Wish.GO_ON;
        });
    }

    void pause() {
        locked(() -> {
            checkActive();
            wish = Wish.PAUSE;
        });
    }

    void resume() {
        locked(() -> {
            checkActive();
            wish = Wish.GO_ON;
        });
    }

    private void checkActive() {
        if (!active || wish == Wish.STOP) {
            throw new IllegalStateException("Listener " + id + " does not run. Start it.");
        }
    }

    void stop() {
        locked(() -> wish = Wish.STOP);
    }

    /**
     * Has the change that failed passed over.
     *
     * @return whether a run has to be started for that: none is active, and the last one was not stopped by hand
     */
    boolean skip() {
        lock.lock();
        try {
            if (failing == null) {
                throw new IllegalStateException("Listener " + id + " has no change in hand that has failed");
            }
            skipAsked = true;
            changed.signalAll();
            return !active && failed;
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action while no run can begin, and forgets what failed. */
    void whileInactive(Runnable action) {
        locked(() -> {
            if (active) {
                throw new IllegalStateException("Listener " + id + " must be stopped first");
            }
            action.run();
            failing = null;
            skipAsked = false;
            failed = false;
        });
    }

    /**
     * Waits until no run is active; an interrupt ends the wait and stays set.
     *
     * @param nanos how long to wait at most
     */
    boolean awaitEnd(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (active && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return !isActive();
    }

    boolean isActive() {
        lock.lock();
        try {
            return active;
        } finally {
            lock.unlock();
        }
    }

    ListenerState state() {
        lock.lock();
        try {
            if (!active) {
                return failed ? ListenerState.FAILED : ListenerState.STOPPED;
            }
            if (backingOff) {
                return ListenerState.BACKING_OFF;
            }
            return wish == Wish.PAUSE && !handling ? ListenerState.PAUSED : ListenerState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    Optional<ListenerFailure> lastFailure() {
        lock.lock();
        try {
            return Optional.ofNullable(lastFailure);
        } finally {
            lock.unlock();
        }
    }

    /** How often the change in hand has failed. */
    int tries() {
        lock.lock();
        try {
            return failing == null
                    ? 0
                    : failing.change().map(FailedChange::tries).orElse(0);
        } finally {
            lock.unlock();
        }
    }

    // For the thread of the listener.

    /** Whether to pause or to stop. */
    boolean isToHalt() {
        lock.lock();
        try {
            return wish != Wish.GO_ON;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while paused; false if it is to stop. */
    boolean awaitGoOn() {
        lock.lock();
        try {
            while (wish == Wish.PAUSE) {
                changed.awaitUninterruptibly();
            }
            return wish == Wish.GO_ON;
        } finally {
            lock.unlock();
        }
    }

    /** @throws ControlSignal if the change must not be handed over now */
    void beginChange() {
        locked(() -> {
            throwIfToHalt();
            handling = true;
        });
    }

    void endChange() {
        locked(() -> handling = false);
    }

    private void throwIfToHalt() {
        if (wish != Wish.GO_ON) {
            throw new ControlSignal();
        }
    }

    /** What failed, if somebody asked for the change to be passed over. */
    @Nullable
    ListenerFailure failureToSkip(WalChange change) {
        lock.lock();
        try {
            ListenerFailure found = failing;
            boolean isThatOne = found != null
                    && found.change().filter(other -> other.isOf(change)).isPresent();
            return skipAsked && isThatOne ? found : null;
        } finally {
            lock.unlock();
        }
    }

    void changeFailed(ListenerFailure failure) {
        locked(() -> {
            if (failing != null && !failing.isOfSameChange(failure)) {
                // What was to be passed over is another change.
                skipAsked = false;
            }
            lastFailure = failure;
            failing = failure;
        });
    }

    void failed(ListenerFailure failure) {
        locked(() -> lastFailure = failure);
    }

    /** The change in hand is done or was given up. */
    void changeIsDone() {
        locked(() -> {
            failing = null;
            skipAsked = false;
        });
    }

    /**
     * Waits before something is tried again.
     *
     * @throws ControlSignal if it is to pause or to stop
     */
    void backOff(long nanos) {
        backOff(nanos, () -> false);
    }

    /**
     * Waits before a change is handed over again; no longer once it is to be passed over.
     *
     * @throws ControlSignal if it is to pause or to stop
     */
    void backOffOfChange(long nanos) {
        backOff(nanos, () -> skipAsked);
    }

    private void backOff(long nanos, BooleanSupplier over) {
        lock.lock();
        try {
            backingOff = true;
            long start = timing.nanoTime();
            for (long left = nanos; left > 0 && !over.getAsBoolean(); left = nanos - (timing.nanoTime() - start)) {
                throwIfToHalt();
                await(left);
            }
            throwIfToHalt();
        } finally {
            backingOff = false;
            lock.unlock();
        }
    }

    private void await(long nanos) {
        try {
            timing.await(changed, nanos);
        } catch (InterruptedException e) {
            // Nobody else has this thread: what a handler left behind means nothing here.
        }
    }

    /** The run has ended. */
    void ended(boolean withFailure) {
        locked(() -> {
            active = false;
            failed = withFailure;
        });
    }

    /** The run has ended because of the change in hand. Returns true if another one is to follow at once, because that change is to be passed over by now. */
    boolean endedUnlessSkipped() {
        lock.lock();
        try {
            boolean goesOn = skipAsked && failing != null && wish != Wish.STOP;
            if (!goesOn) {
                ended(true);
            }
            return goesOn;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
