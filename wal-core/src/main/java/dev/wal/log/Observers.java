package dev.wal.log;

import dev.wal.common.WalObserver;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells an observer, whatever it throws. */
public final class Observers {
    private static final Logger logger = LoggerFactory.getLogger(Observers.class);

    private Observers() {}

    /** Tells an observer of an event; what it throws is logged. */
    public static void tell(WalObserver observer, Consumer<WalObserver> event) {
        if (observer == WalObserver.NONE) {
            return;
        }
        try {
            event.accept(observer);
        } catch (RuntimeException | Error e) {
            logger.warn("An observer of the log threw; the log goes on", e);
        }
    }
}
