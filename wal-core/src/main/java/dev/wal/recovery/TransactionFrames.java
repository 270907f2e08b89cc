package dev.wal.recovery;

import java.util.Arrays;

/**
 * Where the frames of one transaction are: all that has to be remembered of a transaction without an outcome. Mutable; for one thread at a
 * time.
 */
public final class TransactionFrames {
    private final int firstRecord;
    private long[] positions = new long[1];
    private int count;
    private boolean partlyUndone;

    /** @param firstRecord index of the transaction's first record in its first frame */
    public TransactionFrames(int firstRecord) {
        this.firstRecord = firstRecord;
    }

    /** Adds a frame with records of the transaction, behind those before; the last one may be named again. */
    public void add(long position) {
        if (count > 0 && positions[count - 1] == position) {
            return;
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, count * 2);
        }
        positions[count++] = position;
    }

    /** Says that some of the operations were undone by a rollback to a savepoint. */
    public void partlyUndone() {
        partlyUndone = true;
    }

    boolean isPartlyUndone() {
        return partlyUndone;
    }

    /** Position of the first frame. */
    public long first() {
        return positions[0];
    }

    int count() {
        return count;
    }

    long position(int index) {
        return positions[index];
    }

    /** Index of the transaction's first record in one of its frames. */
    int firstRecord(int index) {
        return index == 0 ? firstRecord : 0;
    }

    /** Whether all is in one frame, and all of it counts. */
    boolean isWholeAt(long position) {
        return count == 1 && positions[0] == position && !partlyUndone;
    }
}
