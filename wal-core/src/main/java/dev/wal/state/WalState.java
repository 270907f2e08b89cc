package dev.wal.state;

import dev.wal.PreparedChange;
import dev.wal.WalManager;
import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * State in memory that a log keeps. It changes in one way only, live and at recovery: by {@link #apply}, in commit order. Changes are applied and the state is frozen by one thread at a time; what readers see
 * of it meanwhile is its own business.
 */
public interface WalState extends StateHolder {

    /** Name in snapshots, the same for ever; unique among the states of a log. */
    String name();

    /** Tables whose changes are applied to this state; no other state may have one of them. */
    Set<String> tables();

    /** The log that is going to recover the state; comes first. */
    default void recovering(WalManager manager) {}

    /** Takes over what {@link Frozen#writeTo} wrote for a partition, before any change is applied. One partition at a time, unless {@link #restoresPartitionsAtOnce}. */
    void restore(int partition, InputStream snapshot) throws IOException;

    /** Whether several threads may restore a partition each at once. */
    default boolean restoresPartitionsAtOnce() {
        return false;
    }

    /**
     * Looks at a change before it is written, and once more when it was read from the log; does not change the state. What it returns is applied when the change was committed, so that costly work, such as
     * decoding, may be done here, outside the order of commits. Called by any thread, several at once.
     *
     * @throws IllegalArgumentException says what is wrong with a change that {@link #apply} could not take; it is not written then. Once in the log, it would end the log at every start.
     */
    default PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    /**
     * Takes over a committed change. In memory, without I/O; must not write to the log, which throws {@link dev.wal.common.WriteInApplyException}. What it throws ends the log, because
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
