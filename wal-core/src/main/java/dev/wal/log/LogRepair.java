package dev.wal.log;

import dev.wal.segment.Segment;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the end of a log fit to be appended to. Every step may be repeated: a crash between any two leaves a log that the next scan judges as
 * this one was judged, or as clean.
 */
public final class LogRepair {
    private static final int CHUNK_SIZE = 1 << 20;

    private final Storage storage;
    private final LogScan scan;
    private ByteBuffer chunk = ByteBuffer.allocateDirect(0);

    public LogRepair(Storage storage, LogScan scan) {
        this.storage = storage;
        this.scan = scan;
    }

    /**
     * What was cut.
     *
     * @param bytes number of bytes, from the end of the readable log to the last byte that is not zero, in all segments
     * @param files where they are kept
     */
    public record Cut(long bytes, List<String> files) {
        /** Nothing was cut. */
        public static final Cut NONE = new Cut(0, List.of());
    }

    /**
     * Moves all bytes behind the end of the readable log aside: first copies them and forces the copies, then removes the later segments, last
     * one first, then wipes the rest of the segment in which the log ends.
     */
    public Cut cut(int incarnation) throws IOException {
        List<String> kept = new ArrayList<>();
        long bytes = 0;
        for (int i = scan.endSegment(); i < scan.segments().size(); i++) {
            SegmentHeader header = scan.segments().get(i).header();
            long from = i == scan.endSegment() ? scan.endOffset() : SegmentFormat.HEADER_SIZE;
            bytes += copyAside(header, from, incarnation, kept);
        }
        storage.forceDirectory();
        for (int i = scan.segments().size() - 1; i > scan.endSegment(); i--) {
            storage.delete(scan.segments().get(i).header().fileName());
            storage.forceDirectory();
        }
        wipeEnd();
        return new Cut(bytes, List.copyOf(kept));
    }

    /**
     * Copies up to the last byte that is not zero, which in a segment that was used before may be of that time. What of it is of this time cannot be told: sectors of a torn
     * frame survive without its header, at any distance, and a payload may hold the bytes of an old frame.
     */
    private long copyAside(SegmentHeader header, long from, int incarnation, List<String> kept) throws IOException {
        try (StorageFile source = storage.open(header.fileName())) {
            long end = lastNonZero(source, from, header.size());
            if (end == from) {
                return 0;
            }
            String name = FileNames.torn(header.basePosition() + from, incarnation);
            try (StorageFile target = storage.create(name)) {
                for (long offset = from; offset < end; ) {
                    int length = read(source, offset, end);
                    target.write(chunk, offset - from);
                    offset += length;
                }
                target.force();
            }
            kept.add(name);
            return end - from;
        }
    }

    /** Where the last byte that is not zero ends, or {@code from}. */
    private long lastNonZero(StorageFile file, long from, long size) throws IOException {
        long end = from;
        for (long offset = from; offset < size; ) {
            int length = read(file, offset, size);
            if (length == 0) {
                break;
            }
            for (int i = length - 1; i >= 0; i--) {
                if (chunk.get(i) != 0) {
                    end = offset + i + 1;
                    break;
                }
            }
            offset += length;
        }
        return end;
    }

    private int read(StorageFile file, long offset, long end) throws IOException {
        int wanted = (int) Math.min(CHUNK_SIZE, end - offset);
        if (chunk.capacity() < wanted) {
            chunk = ByteBuffer.allocateDirect(wanted);
        }
        chunk.clear().limit(wanted);
        int length = file.read(chunk, offset);
        chunk.flip();
        return length;
    }

    private void wipeEnd() throws IOException {
        SegmentHeader header = scan.segments().get(scan.endSegment()).header();
        try (StorageFile file = storage.open(header.fileName())) {
            writeZeros(file, scan.endOffset(), header.size());
            file.force();
        }
    }

    private void writeZeros(StorageFile file, long from, long end) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK_SIZE, end - from));
        for (long offset = from; offset < end; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), end - offset));
            int length = zeros.remaining();
            file.write(zeros, offset);
            offset += length;
        }
    }

    /**
     * Removes segments behind the spare, last one first: their turn had come when the log was cut off before them, and it comes again.
     */
    public void removeBehindSpare() throws IOException {
        for (int i = scan.segments().size() - 1; i > scan.endSegment() + 1; i--) {
            storage.delete(scan.segments().get(i).header().fileName());
            storage.forceDirectory();
        }
    }

    /** Gives files their length back that are shorter than they were made, and keep no frame there. */
    public void restoreLengths() throws IOException {
        int end = Math.min(scan.segments().size(), scan.endSegment() + 2);
        for (int i = scan.endSegment(); i < end; i++) {
            SegmentHeader header = scan.segments().get(i).header();
            try (StorageFile file = storage.open(header.fileName())) {
                if (file.size() < header.size()) {
                    writeZeros(file, file.size(), header.size());
                    file.force();
                }
            }
        }
    }

    /**
     * Writes everything behind the last durable mark once more and forces it: a page that an earlier process wrote and failed to force may be
     * clean in memory and not be on the disk, and a force alone would skip it.
     */
    public void rewriteUnmarked() throws IOException {
        for (int i = 0; i <= scan.endSegment(); i++) {
            SegmentHeader header = scan.segments().get(i).header();
            long from = Math.max(scan.mark(), header.firstFramePosition()) - header.basePosition();
            long end = (i == scan.endSegment() ? scan.end() : header.endPosition()) - header.basePosition();
            if (from < end) {
                rewrite(header, from, end);
            }
        }
    }

    private void rewrite(SegmentHeader header, long from, long end) throws IOException {
        try (Segment segment = Segment.open(storage, header)) {
            for (long offset = from; offset < end; ) {
                int length = read(segment.file(), offset, end);
                if (length == 0) {
                    break;
                }
                segment.file().write(chunk, offset);
                offset += length;
            }
            segment.force();
        }
    }
}
