package dev.wal.common;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several observers, each whatever the others throw. */
final class CompositeObserver implements WalObserver {
    private static final Logger logger = LoggerFactory.getLogger(CompositeObserver.class);

    private final List<WalObserver> observers;

    CompositeObserver(List<WalObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    @Override
    public void recovered(long nanos, long transactions) {
        each(observers, o -> o.recovered(nanos, transactions));
    }

    @Override
    public void appended(int records, long bytes) {
        each(observers, o -> o.appended(records, bytes));
    }

    @Override
    public void forced(long nanos, int commits, ForceReason reason) {
        each(observers, o -> o.forced(nanos, commits, reason));
    }

    @Override
    public void rolled(int segmentNumber) {
        each(observers, o -> o.rolled(segmentNumber));
    }

    @Override
    public void checkpointed(long nanos, int segmentsDropped) {
        each(observers, o -> o.checkpointed(nanos, segmentsDropped));
    }

    @Override
    public void failed(Throwable cause) {
        each(observers, o -> o.failed(cause));
    }

    @Override
    public Observed began(WalOperation operation) {
        Observed[] observed = new Observed[observers.size()];
        for (int i = 0; i < observed.length; i++) {
            observed[i] = began(observers.get(i), operation);
        }
        List<Observed> all = List.of(observed);
        return failure -> each(all, o -> o.ended(failure));
    }

    private static Observed began(WalObserver observer, WalOperation operation) {
        try {
            return observer.began(operation);
        } catch (RuntimeException | Error e) {
            logger.warn("An observer of the log threw; the log goes on", e);
            return Observed.NOT;
        }
    }

    private static <T> void each(List<T> all, Consumer<T> event) {
        for (T one : all) {
            try {
                event.accept(one);
            } catch (RuntimeException | Error e) {
                logger.warn("An observer of the log threw; the log goes on", e);
            }
        }
    }
}
