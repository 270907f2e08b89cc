package dev.wal.checkpoint;

/**
 * A checkpoint of one partition.
 *
 * @param lsn all records below it are kept elsewhere
 * @param position commits before it are kept elsewhere
 * @param redoPosition of the first record of the oldest transaction that was undecided; {@code position} if there was none
 * @param timeMicros when, in microseconds since 1970
 * @param snapshot name of the file that keeps the data, empty if the caller keeps them
 */
public record PartitionCheckpoint(long lsn, long position, long redoPosition, long timeMicros, String snapshot) {

    public boolean hasSnapshot() {
        return !snapshot.isEmpty();
    }

    /** The same, not behind the end of a log that was cut. */
    PartitionCheckpoint notBehind(long end) {
        return new PartitionCheckpoint(lsn, Math.min(position, end), Math.min(redoPosition, end), timeMicros, snapshot);
    }
}
