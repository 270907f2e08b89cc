package dev.wal.spring.listener;

import dev.wal.common.WalException;
import dev.wal.listener.ListenerState;
import dev.wal.listener.WalListeners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the listeners when everything else is there, and stops them before everything else ends: what they call works as long as they do. A listener that cannot be started does not keep the application from starting; health
 * shows it. What was stopped by hand stays so when the life cycle is stopped and started again.
 */
public final class WalListenerLifecycle implements SmartLifecycle {
    private static final Logger logger = LoggerFactory.getLogger(WalListenerLifecycle.class);

    /** As containers of other listeners: after the web server has started, and before it and the executors stop. */
    private static final int PHASE = Integer.MAX_VALUE - 100;

    private final WalListeners listeners;
    private final Duration stopTimeout;
    private volatile boolean running;

    /** Null before the first stop: all. */
    private @Nullable List<String> stopped;

    /** @param stopTimeout how long to wait, when the application stops, for the changes in hand */
    public WalListenerLifecycle(WalListeners listeners, Duration stopTimeout) {
        this.listeners = listeners;
        this.stopTimeout = stopTimeout;
    }

    @Override
    public void start() {
        List<String> toStart = stopped == null ? listeners.ids() : stopped;
        toStart.forEach(this::start);
        running = true;
    }

    private void start(String id) {
        try {
            listeners.start(id);
        } catch (WalException | IllegalStateException e) {
            logger.error("Listener {} could not be started", id, e);
        }
    }

    @Override
    public void stop() {
        running = false;
        List<String> active = new ArrayList<>();
        for (String id : listeners.ids()) {
            ListenerState state = listeners.status(id).state();
            if (state != ListenerState.STOPPED && state != ListenerState.FAILED) {
                active.add(id);
            }
        }
        stopped = active;
        if (!listeners.stopAll(stopTimeout)) {
            logger.warn(
                    "Listeners are still busy after {}. What they are doing comes again after the next start,"
                            + " unless it ends before the log is closed",
                    stopTimeout);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
