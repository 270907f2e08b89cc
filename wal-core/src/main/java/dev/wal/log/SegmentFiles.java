package dev.wal.log;

import dev.wal.common.WalCorruptedException;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.FrameReader;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the segments of a log, and checks that they are its own, complete and in order. Changes nothing. */
final class SegmentFiles {
    private final Storage storage;
    private final long logId;

    SegmentFiles(Storage storage, long logId) {
        this.storage = storage;
        this.logId = logId;
    }

    /**
     * The segments from a number on, oldest first.
     *
     * @throws WalCorruptedException if one is missing, foreign, or has a damaged header
     */
    List<SegmentHeader> from(int firstSegment) throws IOException {
        List<SegmentHeader> headers = new ArrayList<>();
        int expected = firstSegment;
        long base = -1;
        for (String name : storage.list()) {
            int number = FileNames.segmentNumber(name).orElse(0);
            if (number < firstSegment) {
                continue;
            }
            if (number != expected) {
                throw missing(expected);
            }
            SegmentHeader header = Segment.readHeader(storage, name);
            check(name, header, number, base);
            headers.add(header);
            expected++;
            base = header.endPosition();
        }
        if (headers.isEmpty()) {
            throw missing(firstSegment);
        }
        return headers;
    }

    /**
     * The segments from a number on, oldest first, up to the first that is missing, foreign, or has a damaged header.
     *
     * @throws WalCorruptedException if that is the first of all
     */
    List<SegmentHeader> upToFault(int firstSegment) throws IOException {
        List<SegmentHeader> headers = new ArrayList<>();
        long base = -1;
        for (int number = firstSegment; storage.size(FileNames.segment(number)) >= 0; number++) {
            try {
                String name = FileNames.segment(number);
                SegmentHeader header = Segment.readHeader(storage, name);
                check(name, header, number, base);
                headers.add(header);
                base = header.endPosition();
            } catch (WalCorruptedException fault) {
                if (headers.isEmpty()) {
                    throw fault;
                }
                return headers;
            }
        }
        if (headers.isEmpty()) {
            throw missing(firstSegment);
        }
        return headers;
    }

    private void check(String name, SegmentHeader header, int number, long base) {
        String file = storage.directory().resolve(name).toString();
        if (header.logId() != logId) {
            throw new WalCorruptedException(
                    "Segment " + file + " belongs to another log. Restore the segment of this log.");
        }
        if (header.number() != number) {
            throw new WalCorruptedException("Segment " + file + " was written as number " + header.number()
                    + ": segments were swapped or renamed. Restore their names.");
        }
        if (base >= 0 && header.basePosition() != base) {
            throw new WalCorruptedException("Segment " + file + " begins at position " + header.basePosition()
                    + ", but its predecessor ends at " + base + ". Restore the segment from a backup.");
        }
    }

    /** What stands where no frame can be accepted. */
    static TailVerdict.Found foundAt(FrameReader.Found found, SegmentHeader header, long fileSize, long position) {
        boolean zeros = found == FrameReader.Found.ZEROS;
        long known = header.basePosition() + Math.min(fileSize, header.size());
        if (fileSize < header.size() && !(zeros && position + FrameFormat.HEADER_SIZE <= known)) {
            return TailVerdict.Found.MISSING;
        }
        return zeros ? TailVerdict.Found.ZEROS : TailVerdict.Found.BAD;
    }

    WalCorruptedException missing(int number) {
        return new WalCorruptedException("Segment " + storage.directory().resolve(FileNames.segment(number))
                + " is missing. Restore it from a backup; without it the log cannot be read.");
    }
}
