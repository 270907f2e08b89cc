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

    /**
     * Takes over what {@link Frozen#writeTo} wrote for a partition, before any change is applied. Called by the thread that attaches the state, one partition after the other, unless {@link #recoversInAnyThread}. The stream
     * can be read until this returns. Must not write to the log.
     */
    void restore(int partition, InputStream snapshot) throws IOException;

    /**
     * Whether threads of the log may recover the state as well as the one that attaches it: restore a partition each, several at once, and apply changes, one thread at a time. The one that attaches it waits for them: so
     * {@link #restore} and {@link #apply} must not take a lock that it holds then. Of use only if all states of the log say so.
     */
    default boolean recoversInAnyThread() {
        return false;
    }

    /**
     * Looks at a change before it is written, and once more when it was read from the log; does not change the state. What it returns is applied when the change was committed, so that costly work, such as
     * decoding, may be done here, outside the order of commits. Called by any thread, several at once. At recovery the thread that attaches the state waits for the others: so this must not take a lock that
     * it holds then, and must not write to the log.
     *
     * @throws IllegalArgumentException says what is wrong with a change that {@link #apply} could not take; it is not written then. Once in the log, it would end the log at every start.
     */
    default PreparedChange prepare(WalRecord.Data record) {
        return this::apply;
    }

    /**
     * Takes over a committed change. In memory, without I/O; must not write to the log, which throws {@link dev.wal.common.WriteInApplyException}. Called by one thread at a time: live by one that commits, not
     * always the one whose change it is, or by one of the log; at recovery by the one that attaches the state, unless {@link #recoversInAnyThread}. What it throws ends the log, because memory and log would differ.
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
        /** Writes the partition; changes go on being applied meanwhile. Need not buffer; the stream can be written to until this returns. */
        void writeTo(OutputStream out) throws IOException;

        /** Lets go of the view. */
        @Override
        default void close() {}
    }
}
