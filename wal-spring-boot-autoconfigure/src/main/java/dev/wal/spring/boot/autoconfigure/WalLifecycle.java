package dev.wal.spring.boot.autoconfigure;

import dev.wal.AutomaticCheckpoints;
import dev.wal.WalManager;
import dev.wal.common.WalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Has checkpoints taken while the application runs, and takes the last one and forces the log when it stops, after web server, listeners and executors have ended, so that closing finds nothing left to do. The log
 * itself is opened and closed as a bean, and stays usable when only the life cycle is stopped and started again. Nothing here keeps an application from stopping.
 */
final class WalLifecycle implements SmartLifecycle {
    /** Stops after executors and schedulers, whose phase is half of the greatest. */
    private static final int PHASE = Integer.MAX_VALUE / 4;

    private static final Logger logger = LoggerFactory.getLogger(WalLifecycle.class);

    private final WalManager walManager;
    private final AutomaticCheckpoints checkpoints;
    private volatile boolean running;

    WalLifecycle(WalManager walManager, AutomaticCheckpoints checkpoints) {
        this.walManager = walManager;
        this.checkpoints = checkpoints;
    }

    @Override
    public void start() {
        checkpoints.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        checkpoints.stop();
        if (walManager.isOpen()) {
            sync();
        }
    }

    private void sync() {
        try {
            walManager.sync();
        } catch (WalException e) {
            logger.warn("The log could not be forced when the application stopped", e);
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
