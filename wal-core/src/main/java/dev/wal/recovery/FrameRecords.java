package dev.wal.recovery;

import dev.wal.record.RecordCursor;
import dev.wal.record.WalRecord;
import dev.wal.segment.Frame;
import java.util.Arrays;

/** Where the records of one frame are, and which LSNs they have. Reused from frame to frame; good until the next read. */
final class FrameRecords {
    private final RecordCursor cursor;
    private final long[] nextLsns;
    private int[] offsets = new int[64];
    private long[] lsns = new long[64];
    private int count;

    FrameRecords(int partitions) {
        nextLsns = new long[partitions];
        cursor = new RecordCursor(partitions);
    }

    void read(Frame frame) {
        for (int entry = 0; entry < frame.entries(); entry++) {
            nextLsns[frame.partition(entry)] = frame.firstLsn(entry);
        }
        count = 0;
        cursor.reset(frame.payload(), frame.position(), frame.commitTimeMicros());
        while (cursor.next()) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count * 2);
                lsns = Arrays.copyOf(lsns, count * 2);
            }
            offsets[count] = cursor.offset();
            lsns[count] = nextLsns[cursor.partition()]++;
            count++;
        }
    }

    int count() {
        return count;
    }

    long lsn(int index) {
        return lsns[index];
    }

    /** The cursor at a record. */
    RecordCursor at(int index) {
        cursor.moveTo(offsets[index]);
        return cursor;
    }

    WalRecord record(int index) {
        return at(index).record();
    }
}
