package dev.wal.state;

import dev.wal.WalManager;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * State in memory that a log keeps. It changes in one way only, live and at recovery: by {@link #apply}. All methods are called by one thread at a time, except
 * {@link Frozen#writeTo}; what readers see of the state meanwhile is its own business.
 */
public interface WalState extends StateHolder {

    /** Name in snapshots, the same for ever; unique among the states of a log. */
    String name();

    /** Tables whose changes are applied to this state; no other state may have one of them. */
    Set<String> tables();

    /** The log that is going to recover the state; comes first. */
    default void recovering(WalManager manager) {}

    /** Takes over what {@link Frozen#writeTo} wrote for a partition; before any change of it is applied. */
    void restore(int partition, InputStream snapshot) throws IOException;

    /**
     * Refuses a change that {@link #apply} could not take, before it is written: once it is in the log, it would end the log at every start. Called by any thread.
     *
     * @throws IllegalArgumentException says what is wrong with the change
     */
    default void check(WalRecord.Data record) {}

    /**
     * Takes over a committed change, in commit order. In memory, without I/O; must not write to the log. What it throws ends the log, because
     * memory and log would differ.
     */
    void apply(WalChange change);

    /** An immutable view of a partition, taken quickly: no change is applied to any state meanwhile. */
    Frozen freeze(int partition);

    @Override
    default WalState state() {
        return this;
    }

    /** A partition of a state at a moment. */
    interface Frozen extends AutoCloseable {
        /** Writes the partition; changes go on being applied meanwhile. Need not buffer. */
        void writeTo(OutputStream out) throws IOException;

        /** Lets go of the view. */
        @Override
        default void close() {}
    }
}
