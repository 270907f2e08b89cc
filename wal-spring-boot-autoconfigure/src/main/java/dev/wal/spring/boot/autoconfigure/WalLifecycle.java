package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.WalStatus;
import org.springframework.context.SmartLifecycle;

/**
 * Forces the log when the application stops, after web server, listeners and executors have ended, so that closing finds nothing left to do. The log itself is
 * opened and closed as a bean, and stays usable when only the life cycle is stopped and started again.
 */
final class WalLifecycle implements SmartLifecycle {
    /** Stops after executors and schedulers, whose phase is half of the greatest. */
    private static final int PHASE = Integer.MAX_VALUE / 4;

    private final WalManager walManager;
    private volatile boolean running;

    WalLifecycle(WalManager walManager) {
        this.walManager = walManager;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (walManager.status().state() == WalStatus.State.OPEN) {
            walManager.sync();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
