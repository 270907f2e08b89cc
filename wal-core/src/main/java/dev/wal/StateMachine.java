package dev.wal;

import dev.wal.record.WalRecord;
import java.io.IOException;

/**
 * What holds the data that a log protects; see {@link WalManager#attach(StateMachine)}. It changes in one way, live and at recovery alike: a committed change is prepared, and what that returned
 * is applied. Changes are applied in commit order, by one thread at a time, at recovery by the thread that attaches this, unless {@link #recoversInAnyThread}; one at a time calls {@link #freeze} too. Nothing is applied before all partitions were restored.
 */
public interface StateMachine {

    /**
     * Makes a change ready to be applied, or refuses it: live before it is written, at recovery after it was read. Does not change the state. Called by any thread, several at once, in any
     * order, more than once for the same change; what it returns may never be applied. At recovery the thread that attaches this waits for the others: so this must not take a lock that it holds.
     *
     * @throws IllegalArgumentException if the state that holds the table could not take the change over
     */
    PreparedChange prepare(WalRecord.Data record);

    /**
     * Whether threads of the log may recover this as well as the one that attaches it: restore a partition each, several at once, and apply changes, one thread at a time. The one that attaches it waits for them: so
     * neither may take a lock that it holds.
     */
    default boolean recoversInAnyThread() {
        return false;
    }

    /**
     * Takes over a snapshot of a partition, before any change is applied. Called once for each partition, or again with an older snapshot if one is damaged; by the thread that attaches this, unless {@link
     * #recoversInAnyThread}. Must not write to the log.
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
