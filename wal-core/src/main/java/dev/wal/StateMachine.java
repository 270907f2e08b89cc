package dev.wal;

import dev.wal.record.WalChange;
import dev.wal.record.WalRecord;
import java.io.IOException;

/**
 * What holds the data that a log protects; see {@link WalManager#attach(StateMachine)}. {@link #apply}, {@link #restore} and {@link #freeze} are called by one thread at a time.
 */
public interface StateMachine {

    /**
     * Takes over a committed change, in commit order, live and at recovery alike. In memory, without I/O; must not write to the log. What it throws ends
     * the log.
     */
    void apply(WalChange change);

    /**
     * Refuses a change that could not be applied, before it is written. Called by any thread.
     *
     * @throws IllegalArgumentException if the change makes no sense to the state that holds its table
     */
    void check(WalRecord.Data record);

    /**
     * Takes over a snapshot of a partition, before any change is applied.
     *
     * @throws dev.wal.common.WalCorruptedException if the file is damaged; then nothing was taken over
     */
    void restore(SnapshotFile file) throws IOException;

    /**
     * An immutable view of a partition, taken quickly: no change is applied meanwhile.
     *
     * @throws dev.wal.common.CheckpointRefusedException if not all data of the partition would be in it
     */
    Frozen freeze(int partition);

    /** A partition at a moment. */
    interface Frozen extends AutoCloseable {
        /** Writes the snapshot so that it is durable under its name; changes go on being applied meanwhile. */
        void write(SnapshotFile file) throws IOException;

        /** Lets go of the view. */
        @Override
        void close();
    }
}
