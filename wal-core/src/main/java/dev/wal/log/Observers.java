package dev.wal.log;

import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    /** Tells an observer that an operation begins, and returns whom to tell of its end. */
    public static WalObserver.Observed began(WalObserver observer, WalOperation operation) {
        if (observer == WalObserver.NONE) {
            return WalObserver.Observed.NOT;
        }
        try {
            return observer.began(operation);
        } catch (RuntimeException | Error e) {
            logger.warn("An observer of the log threw; the log goes on", e);
            return WalObserver.Observed.NOT;
        }
    }

    /** Tells that an operation has ended. */
    public static void ended(WalObserver.Observed observed, @Nullable Throwable failure) {
        try {
            observed.ended(failure);
        } catch (RuntimeException | Error e) {
            logger.warn("An observer of the log threw; the log goes on", e);
        }
    }

    /** Runs an operation under the eyes of an observer. */
    public static <T> T observed(WalObserver observer, WalOperation operation, Supplier<T> action) {
        WalObserver.Observed observed = began(observer, operation);
        T result;
        try {
            result = action.get();
        } catch (RuntimeException | Error e) {
            ended(observed, e);
            throw e;
        }
        ended(observed, null);
        return result;
    }
}
