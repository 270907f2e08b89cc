package dev.wal.log;

import dev.wal.segment.Frame;
import dev.wal.segment.SegmentHeader;
import java.util.Arrays;

/** What the log remembers of a segment: its header, and per partition where its LSNs begin and the last one that holds the segment back. */
final class SegmentInfo {
    private static final long NONE = -1;

    private final SegmentHeader header;
    private final long[] firstLsns;
    private final long[] lastHeldLsns;

    /** @param firstLsns per partition, see {@link #firstLsn(int)} */
    SegmentInfo(SegmentHeader header, long[] firstLsns) {
        this(header, firstLsns.length);
        beginsWith(firstLsns);
    }

    SegmentInfo(SegmentHeader header, int partitions) {
        this.header = header;
        this.firstLsns = new long[partitions];
        this.lastHeldLsns = new long[partitions];
        Arrays.fill(lastHeldLsns, NONE);
    }

    SegmentHeader header() {
        return header;
    }

    /** No record of the partition in this segment or a later one has a lower LSN. */
    long firstLsn(int partition) {
        return firstLsns[partition];
    }

    /** @param lsns LSN of the next record of each partition when the segment begins, negative if it is not known */
    void beginsWith(long[] lsns) {
        System.arraycopy(lsns, 0, firstLsns, 0, lsns.length);
    }

    /** @param lsns stand for those that were not known when the segment began */
    void beginsAtLeastWith(long[] lsns) {
        for (int partition = 0; partition < lsns.length; partition++) {
            if (firstLsns[partition] < 0) {
                firstLsns[partition] = lsns[partition];
            }
        }
    }

    /** LSN of the last record of a partition in this segment that must be kept, negative for none. */
    long lastHeldLsn(int partition) {
        return lastHeldLsns[partition];
    }

    void hold(int partition, long lastLsn) {
        lastHeldLsns[partition] = lastLsn;
    }

    void hold(Frame frame) {
        if (frame.isBatch() && !frame.holdsNothing()) {
            for (int entry = 0; entry < frame.entries(); entry++) {
                hold(frame.partition(entry), frame.firstLsn(entry) + frame.count(entry) - 1);
            }
        }
    }

    /** Whether no partition needs the segment. */
    boolean isObsolete(Retention retention) {
        for (int partition = 0; partition < lastHeldLsns.length; partition++) {
            long last = lastHeldLsns[partition];
            if (last != NONE && retention.needs(partition, last, header.endPosition())) {
                return false;
            }
        }
        return true;
    }
}
