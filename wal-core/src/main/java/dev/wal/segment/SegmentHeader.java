package dev.wal.segment;

import dev.wal.storage.FileNames;

/**
 * What the header of a segment says.
 *
 * @param number of the segment, from 1
 * @param logId random id of the log that it belongs to
 * @param basePosition position of the first byte of the file
 * @param size length of the file in bytes
 */
public record SegmentHeader(int number, long logId, long basePosition, int size) {

    /** Position of the first frame. */
    public long firstFramePosition() {
        return basePosition + SegmentFormat.HEADER_SIZE;
    }

    /** Position where the next segment begins. */
    public long endPosition() {
        return basePosition + size;
    }

    public String fileName() {
        return FileNames.segment(number);
    }
}
