package dev.wal;

import java.util.List;

/**
 * What a commit wrote.
 *
 * @param position of the commit in the total order of the log; −1 if the transaction wrote nothing
 * @param ranges LSNs by partition, in the order in which the partitions were first written to
 */
public record CommitReceipt(long position, List<LsnRange> ranges) {
    static final CommitReceipt NOTHING = new CommitReceipt(-1, List.of());

    public CommitReceipt {
        ranges = List.copyOf(ranges);
    }
}
