package dev.wal.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a copy of a log is.
 *
 * @param position where it ends: it has exactly the commits before this position
 * @param time of the last batch in it
 * @param files number of segments, snapshots and positions of consumers that were copied
 * @param bytes of the segments and snapshots
 * @param duration how long it took
 * @param damagedSnapshots file names of snapshots of the source that are damaged and were left out; their partitions begin with their other checkpoint. Take a checkpoint of the source soon
 */
public record CopyReport(
        long position, Instant time, int files, long bytes, Duration duration, List<String> damagedSnapshots) {

    public CopyReport {
        damagedSnapshots = List.copyOf(damagedSnapshots);
    }
}
