package dev.wal.log;

import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import java.util.List;

/**
 * What reading a log to its end found.
 *
 * @param segments all segments, oldest first, also those behind the end
 * @param endSegment index of the segment in which the readable log ends
 * @param end position where it ends
 * @param verdict why it ends there
 * @param mark position below which all is known to be forced
 * @param framesBehind valid frames behind the end
 * @param incarnation highest incarnation of a frame, 0 if there is none
 * @param commitTimeMicros of the last frame, 0 if there is none
 * @param nextLsns of each partition
 * @param bytesRead bytes of frames
 */
public record LogScan(
        List<SegmentInfo> segments,
        int endSegment,
        long end,
        TailVerdict verdict,
        long mark,
        long framesBehind,
        int incarnation,
        long commitTimeMicros,
        PartitionLsns nextLsns,
        long bytesRead) {

    /** Name of the file in which the readable log ends. */
    public String endFile() {
        return segments.get(endSegment).header().fileName();
    }

    /** Where in that file. */
    public long endOffset() {
        return end - segments.get(endSegment).header().basePosition();
    }

    /** Headers of all segments, oldest first. */
    public List<SegmentHeader> headers() {
        return segments.stream().map(SegmentInfo::header).toList();
    }

    /** The same after what lies behind the end was cut. */
    public LogScan withoutSegmentsBehindEnd() {
        return new LogScan(
                List.copyOf(segments.subList(0, endSegment + 1)),
                endSegment,
                end,
                verdict,
                mark,
                framesBehind,
                incarnation,
                commitTimeMicros,
                nextLsns,
                bytesRead);
    }
}
