package dev.wal;

/**
 * LSNs of one partition, one by one.
 *
 * @param partition number of the partition
 * @param first LSN of the first record
 * @param count number of records, 0 if nothing was written
 */
public record LsnRange(int partition, long first, int count) {

    /** LSN of the last record; one less than {@link #first()} if the range is empty. */
    public long last() {
        return first + count - 1;
    }

    public boolean isEmpty() {
        return count == 0;
    }
}
