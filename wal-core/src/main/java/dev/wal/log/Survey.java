package dev.wal.log;

import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import java.util.List;

/**
 * What reading a log from outside found.
 *
 * @param inUse whether somebody has the log open; it was then read up to the durable position only
 * @param segments those that were there, oldest first
 * @param durable position below which all was known to be forced when reading began
 * @param end position up to which the log was read
 * @param endFile name of the file in which that is, empty if there is none
 * @param endOffset where in that file
 * @param verdict clean, or how the log is damaged; what lies above the durable position of a log in use is not judged
 * @param framesBehind valid frames behind the end
 * @param bytesRead bytes of frames
 */
public record Survey(
        boolean inUse,
        List<SegmentHeader> segments,
        long durable,
        long end,
        String endFile,
        long endOffset,
        TailVerdict verdict,
        long framesBehind,
        long bytesRead) {

    /** The same, of a log of which something was found missing. */
    public Survey corrupt() {
        return new Survey(
                inUse, segments, durable, end, endFile, endOffset, TailVerdict.CORRUPT, framesBehind, bytesRead);
    }
}
