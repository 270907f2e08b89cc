package dev.wal.listener;

import dev.wal.WalManager;
import dev.wal.checkpoint.SkippedChanges;
import dev.wal.common.WalException;
import dev.wal.storage.FileNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The listeners of a log. A listener is handed the committed, durable changes of its tables, in commit order, at least once, in a thread of its own that no commit waits for. How far it has come is remembered, and the log
 * is kept for it, as for any {@linkplain WalManager#tail(String, long) consumer}. A slow one has a lag of its own and slows nobody down.
 *
 * <p>A change that fails is tried again after a wait. After a crash comes again what was not acknowledged: the batches of the last second, at most a thousand, and the one in hand.
 *
 * <p>To be closed before the log. A listener whose log is closed ends by itself. All methods that take an id throw {@link IllegalArgumentException} if there is no such listener, and {@link IllegalStateException} if what is
 * asked for is not possible now; nothing has changed then. Safe for use by several threads, handlers included.
 */
public final class WalListeners implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final WalManager wal;
    private final Timing timing;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private boolean closed;

    public WalListeners(WalManager wal) {
        this(wal, Timing.SYSTEM);
    }

    /** With a time that a test decides about. */
    WalListeners(WalManager wal, Timing timing) {
        this.wal = wal;
        this.timing = timing;
    }

    /**
     * Adds a listener, which is stopped.
     *
     * @throws IllegalArgumentException if the id is taken, or cannot name a listener
     */
    public void add(ListenerOptions options, ChangeHandler handler) {
        if (!FileNames.isConsumerId(options.id())) {
            throw new IllegalArgumentException(
                    "\"" + options.id() + "\" cannot name a listener: an id has 1 to 100 ASCII"
                            + " letters, digits, dots, hyphens and underscores, and begins with a letter or digit");
        }
        lock.lock();
        try {
            checkOpen();
            if (listeners.containsKey(options.id())) {
                throw new IllegalArgumentException(
                        "There is a listener " + options.id() + " already. Each listener needs an id of its own.");
            }
            listeners.put(options.id(), new Listener(wal, options, handler, timing));
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they were added. */
    public List<String> ids() {
        lock.lock();
        try {
            return List.copyOf(listeners.keySet());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts a listener. What is committed after this has returned is handed over, and what was not acknowledged before.
     *
     * @throws WalException if the log or the position of the listener cannot be read, or the log has ended; the listener has failed then
     * @throws IllegalStateException if it runs
     */
    public void start(String id) {
        lock.lock();
        try {
            checkOpen();
            listener(id).start();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops a listener after the change in hand, if it runs. It goes on with the next change when it is started again.
     *
     * @param wait how long to wait for the change in hand; a handler that stops its own listener does not wait
     * @return false if it has not ended yet: it will, when the handler returns
     */
    public boolean stop(String id, Duration wait) {
        Listener listener = listener(id);
        listener.requestStop();
        return listener.awaitEnd(nanos(wait));
    }

    /** Stops all listeners; see {@link #stop}. The wait is for all of them together. */
    public boolean stopAll(Duration wait) {
        List<Listener> all = all();
        all.forEach(Listener::requestStop);
        long start = System.nanoTime();
        boolean ended = true;
        for (Listener listener : all) {
            ended &= listener.awaitEnd(nanos(wait) - (System.nanoTime() - start));
        }
        return ended;
    }

    /** Has a listener that runs hand nothing over after the change in hand, until it is resumed. The log is kept for it meanwhile, up to the limit. Lasts no longer than the run. */
    public void pause(String id) {
        listener(id).pause();
    }

    /** Ends a pause. */
    public void resume(String id) {
        listener(id).resume();
    }

    /** Has the change that has failed, and is being tried again or has stopped the listener, recorded as skipped, and goes on behind it. */
    public void skip(String id) {
        lock.lock();
        try {
            checkOpen();
            listener(id).skip();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has a listener that does not run go on elsewhere when it is started.
     *
     * @param position of the first commit that it is handed over
     * @throws dev.wal.common.WalOvertakenException if that was dropped
     * @throws IllegalStateException if it runs, or has no durable position
     */
    public void reset(String id, long position) {
        listener(id).reset(position);
    }

    /** As {@link #reset}, to the first position that is left of the log. */
    public void resetToBeginning(String id) {
        listener(id).resetToBeginning();
    }

    public ListenerStatus status(String id) {
        return listener(id).status(wal.status().durableMark());
    }

    /** All of them, in the order in which they were added. */
    public List<ListenerStatus> statuses() {
        long durableMark = wal.status().durableMark();
        return all().stream().map(listener -> listener.status(durableMark)).toList();
    }

    /**
     * What a listener has given up.
     *
     * @throws WalException if its file cannot be read
     */
    public SkippedChanges skipped(String id) {
        listener(id);
        return wal.skips().of(id);
    }

    private static long nanos(Duration wait) {
        return wait.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : wait.toNanos();
    }

    private Listener listener(String id) {
        lock.lock();
        try {
            Listener found = listeners.get(id);
            if (found == null) {
                throw new IllegalArgumentException("There is no listener " + id);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private List<Listener> all() {
        lock.lock();
        try {
            return new ArrayList<>(listeners.values());
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The listeners were closed");
        }
    }

    /** Stops all listeners for good, waiting at most ten seconds for the changes in hand. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        stopAll(CLOSE_WAIT);
    }
}
