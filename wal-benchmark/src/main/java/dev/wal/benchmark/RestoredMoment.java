package dev.wal.benchmark;

import dev.wal.PreparedChange;
import dev.wal.WalManager;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import dev.wal.state.WalState;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A state that remembers when the last of its snapshots was taken over. */
final class RestoredMoment implements WalState {
    private final WalState state;
    private final AtomicLong nanos = new AtomicLong(Long.MIN_VALUE);

    RestoredMoment(WalState state) {
        this.state = state;
    }

    long nanos() {
        return nanos.get();
    }

    @Override
    public void restore(int partition, InputStream snapshot) throws IOException {
        state.restore(partition, snapshot);
        nanos.accumulateAndGet(System.nanoTime(), Math::max);
    }

    @Override
    public boolean recoversInAnyThread() {
        return state.recoversInAnyThread();
    }

    @Override
    public String name() {
        return state.name();
    }

    @Override
    public Set<String> tables() {
        return state.tables();
    }

    @Override
    public void recovering(WalManager manager) {
        state.recovering(manager);
    }

    @Override
    public PreparedChange prepare(WalRecord.Data record) {
        return state.prepare(record);
    }

    @Override
    public void apply(WalChange change) {
        state.apply(change);
    }

    @Override
    public Frozen freeze(int partition) {
        return state.freeze(partition);
    }
}
