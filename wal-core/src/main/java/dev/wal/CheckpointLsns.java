package dev.wal;

import dev.wal.log.HandledPoint;
import dev.wal.log.Log;
import dev.wal.log.LogReader;
import dev.wal.segment.Frame;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the LSNs that belong to positions: of each partition that is checkpointed, that of its first record behind the point up to which its
 * states are. Behind that point lie the commits that were under way, and what others wrote meanwhile; only that is read.
 */
final class CheckpointLsns {
    private CheckpointLsns() {}

    /** Where the states of a partition are. */
    record Point(int partition, HandledPoint at) {}

    /** For each point, which must have been written, the LSN of the first record of its partition behind it. */
    static long[] behind(Log log, List<Point> points) {
        long[] lsns = new long[points.size()];
        long from = Long.MAX_VALUE;
        long to = 0;
        for (int i = 0; i < lsns.length; i++) {
            HandledPoint at = points.get(i).at();
            lsns[i] = at.nextLsns().of(points.get(i).partition());
            if (at.position() < at.appended()) {
                from = Math.min(from, at.position());
                to = Math.max(to, at.appended());
            }
        }
        if (from < to) {
            lower(log, points, lsns, from, to);
        }
        return lsns;
    }

    private static void lower(Log log, List<Point> points, long[] lsns, long from, long to) {
        int[] indexes = new int[log.partitions()];
        Arrays.fill(indexes, -1);
        for (int i = 0; i < lsns.length; i++) {
            indexes[points.get(i).partition()] = i;
        }
        try (LogReader reader = log.readAtRandom(from)) {
            reader.seek(from);
            for (Frame frame = reader.next(); frame != null && frame.position() < to; frame = reader.next()) {
                for (int entry = 0; entry < frame.entries(); entry++) {
                    int index = indexes[frame.partition(entry)];
                    if (index >= 0 && frame.position() >= points.get(index).at().position()) {
                        lsns[index] = Math.min(lsns[index], frame.firstLsn(entry));
                    }
                }
            }
        }
    }
}
