package dev.wal.common;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several observers, each whatever the others throw; the first that throws is heard. */
final class CompositeObserver implements WalObserver {
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
        RuntimeException thrown = null;
        for (int i = 0; i < observed.length; i++) {
            observed[i] = Observed.NOT;
            try {
                observed[i] = observers.get(i).began(operation);
            } catch (RuntimeException e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        if (thrown != null) {
            ended(observed, thrown);
            throw thrown;
        }
        return failure -> ended(observed, failure);
    }

    private static void ended(Observed[] observed, @Nullable Throwable failure) {
        each(List.of(observed), o -> o.ended(failure));
    }

    private static <T> void each(List<T> all, Consumer<T> event) {
        RuntimeException thrown = null;
        for (T one : all) {
            try {
                event.accept(one);
            } catch (RuntimeException e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
    }
}
