package dev.wal;

import dev.wal.checkpoint.Manifest;
import dev.wal.log.Log;
import dev.wal.segment.SegmentHeader;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A segment of the log, and for whom it is kept. One that is kept for nobody is dropped by the next checkpoint of all partitions, if all have come further since the last. The next start reads and verifies every segment that there is,
 * whoever needs it.
 *
 * @param number of the segment, from 1
 * @param position where it begins
 * @param size in bytes
 * @param neededByRecovery whether it holds what states do not have from the last snapshot of each partition, or is not forced yet
 * @param neededByFallback whether it holds what states do not have from the oldest snapshot of each partition that is kept, in case the last one is damaged
 * @param consumers ids of those for whom that checkpoint keeps it: those that have not acknowledged all of it, unless more than {@link WalOptions#maxRetainedForConsumers()} would be kept for
 *     consumers alone then
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
    static List<WalSegment> of(Log log, Manifest manifest, Consumers consumers) {
        List<SegmentHeader> segments = log.status().segments();
        int recovery = log.firstNeededSegment(manifest.withoutFallbacks()::needs);
        int fallback = log.firstNeededSegment(manifest::needs);
        int next = log.firstNeededSegment(manifest::needsAfterNextCheckpoint);
        List<List<String>> neededBy = consumers.neededBy(next, segments);
        return IntStream.range(0, segments.size())
                .mapToObj(i -> of(segments.get(i), recovery, fallback, neededBy.get(i)))
                .toList();
    }

    private static WalSegment of(SegmentHeader segment, int recovery, int fallback, List<String> consumers) {
        return new WalSegment(
                segment.number(),
                segment.basePosition(),
                segment.size(),
                segment.number() >= recovery,
                segment.number() >= fallback,
                consumers);
    }
}
