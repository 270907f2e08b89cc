package dev.wal.common;

/** The log has another number of partitions than was asked for. The number is fixed when a log is created. */
public class PartitionCountMismatchException extends WalException {
    private static final long serialVersionUID = 1;

    private final int existing;
    private final int requested;

    public PartitionCountMismatchException(String directory, int existing, int requested) {
        super(
                "The log in " + directory + " has " + existing + " partitions, but " + requested
                        + " were asked for. The number of partitions is fixed when a log is created: ask for "
                        + existing
                        + ", or use another directory.",
                null);
        this.existing = existing;
        this.requested = requested;
    }

    public int existing() {
        return existing;
    }

    public int requested() {
        return requested;
    }
}
