package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.log.Log;
import dev.wal.segment.SegmentHeader;
import java.util.List;

/**
 * A segment of the log, and for whom it is kept. One that is kept for nobody is dropped by the next checkpoint.
 *
 * @param number of the segment, from 1
 * @param position where it begins
 * @param size in bytes
 * @param neededByRecovery whether the next start reads it, or would if it had to go on from here
 * @param neededByFallback whether the next start reads it if the last snapshot of a partition is damaged
 * @param consumers ids of those that have not acknowledged all of it
 */
public record WalSegment(
        int number,
        long position,
        long size,
        boolean neededByRecovery,
        boolean neededByFallback,
        List<String> consumers) {

    public WalSegment {
        consumers = List.copyOf(consumers);
    }

    /** Position where the next segment begins. */
    public long endPosition() {
        return position + size;
    }

    /** Oldest first; the last one is written to. */
    static List<WalSegment> of(Log log, Manifest manifest, List<WalConsumer> consumers) {
        List<SegmentHeader> segments = log.status().segments();
        int recovery = log.firstNeededSegment(manifest.withoutFallbacks()::needs);
        int fallback = log.firstNeededSegment(manifest::needs);
        return segments.stream()
                .map(segment -> new WalSegment(
                        segment.number(),
                        segment.basePosition(),
                        segment.size(),
                        segment.number() >= recovery,
                        segment.number() >= fallback,
                        consumers.stream()
                                .filter(consumer -> consumer.retainedFrom() < segment.endPosition())
                                .map(WalConsumer::id)
                                .toList()))
                .toList();
    }
}
