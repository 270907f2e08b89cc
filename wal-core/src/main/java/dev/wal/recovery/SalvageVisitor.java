package dev.wal.recovery;

import dev.wal.log.UnreadableRange;

/** Sees what is left of a damaged log. */
public interface SalvageVisitor {
    /** Comes in commit order. Its changes can be read until this returns. */
    void committed(CommittedTransaction transaction);

    /**
     * A transaction that is not handed over, though the log may have promised it.
     *
     * @param position of the last that is known of it
     * @param reason what is missing
     */
    void leftOut(int partition, long transactionId, long position, String reason);

    /** A transaction that is prepared and has no outcome. It is not handed over either. */
    void inDoubt(int partition, long transactionId, long position);

    void unreadable(UnreadableRange range);
}
