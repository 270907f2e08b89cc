package dev.wal.log;

import dev.wal.segment.Frame;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.util.List;

/**
 * The valid frames behind a place, whether they follow one another or not.
 *
 * @param count how many there are
 * @param lastPosition that of the last one, −1 if there is none
 * @param mark the highest of theirs, 0 if there is none
 * @param nextLsns by partition, the highest LSN that is behind one of their records, 0 if there is none
 */
record FramesBehind(long count, long lastPosition, long mark, PartitionLsns nextLsns) {

    /**
     * Looks through the rest of a segment and all of those behind it.
     *
     * @param segments those from the one that holds the place
     */
    static FramesBehind find(
            Storage storage, List<SegmentHeader> segments, int partitions, FrameReader reader, long place)
            throws IOException {
        long count = 0;
        long lastPosition = -1;
        long mark = 0;
        long[] nextLsns = new long[partitions];
        Frame frame = new Frame();
        for (SegmentHeader header : segments) {
            try (StorageFile file = storage.open(header.fileName())) {
                reader.use(header, file);
                long from = Math.max(place, header.firstFramePosition());
                while (reader.find(from, frame)) {
                    count++;
                    lastPosition = frame.position();
                    mark = Math.max(mark, frame.mark());
                    from = frame.end();
                    raise(nextLsns, frame);
                }
            }
        }
        return new FramesBehind(count, lastPosition, mark, new PartitionLsns(nextLsns));
    }

    /**
     * What it means that no frame can be accepted at a place before these.
     *
     * @param mark the highest that is known, of these frames, of those before and of the manifest
     * @param segment that holds the place
     */
    TailVerdict judge(TailVerdict.Found found, long place, long mark, SegmentHeader segment) {
        TailVerdict.Forced forced = mark >= segment.endPosition()
                ? TailVerdict.Forced.SEALED
                : mark > place ? TailVerdict.Forced.PAST : TailVerdict.Forced.NOT_PAST;
        return TailVerdict.judge(
                found, lastPosition >= place ? TailVerdict.Behind.FRAMES : TailVerdict.Behind.NOTHING, forced);
    }

    private static void raise(long[] nextLsns, Frame frame) {
        for (int entry = 0; entry < frame.entries(); entry++) {
            int partition = frame.partition(entry);
            if (partition >= 0 && partition < nextLsns.length) {
                nextLsns[partition] = Math.max(nextLsns[partition], frame.firstLsn(entry) + frame.count(entry));
            }
        }
    }
}
