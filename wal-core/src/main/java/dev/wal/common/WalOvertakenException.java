package dev.wal.common;

/**
 * What was to be read has been dropped from the log: a checkpoint made it obsolete. Take the data from where the checkpoint put them, and read on from {@link #firstPosition()}.
 */
public class WalOvertakenException extends WalException {
    private static final long serialVersionUID = 1;

    private final long firstPosition;
    private final long firstLsn;

    /**
     * @param firstPosition position of the first batch that is left
     * @param firstLsn the first LSN that is left of the partition that was asked for; −1 if none was
     */
    public WalOvertakenException(String message, long firstPosition, long firstLsn) {
        super(message, null);
        this.firstPosition = firstPosition;
        this.firstLsn = firstLsn;
    }

    /** The first position that can be read. It may have been dropped as well by the time that it is used. */
    public long firstPosition() {
        return firstPosition;
    }

    /** The first LSN that can be read of the partition that was asked for; −1 if a position was asked for. */
    public long firstLsn() {
        return firstLsn;
    }
}
