package dev.wal.log;

import dev.wal.segment.Frame;
import dev.wal.segment.SegmentHeader;
import java.util.Arrays;

/** What the log remembers of a segment: its header, and per partition the last LSN that holds the segment back. */
final class SegmentInfo {
    private static final long NONE = -1;

    private final SegmentHeader header;
    private final long[] lastHeldLsns;

    SegmentInfo(SegmentHeader header, int partitions) {
        this.header = header;
        this.lastHeldLsns = new long[partitions];
        Arrays.fill(lastHeldLsns, NONE);
    }

    SegmentHeader header() {
        return header;
    }

    int partitions() {
        return lastHeldLsns.length;
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
