package dev.wal.log;

import dev.wal.common.WalCorruptedException;
import dev.wal.segment.Frame;
import dev.wal.segment.FrameFormat;
import dev.wal.segment.FrameReader;
import dev.wal.segment.Segment;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a log from its first live segment to its end, verifying every byte, in memory bounded by the largest frame, and decides what the end means. Changes nothing.
 */
public final class LogScanner {
    private final Storage storage;
    private final LogIdentity identity;
    private final List<SegmentInfo> segments = new ArrayList<>();
    private final long[] firstLsns;
    private final long[] nextLsns;
    private final int[] lsnIncarnations;
    private long mark;
    private long frameMark;
    private int incarnation;
    private long commitTimeMicros;
    private long bytesRead;

    private LogScanner(Storage storage, LogIdentity identity, long mark) {
        this.storage = storage;
        this.identity = identity;
        this.mark = mark;
        this.nextLsns = new long[identity.partitions()];
        this.lsnIncarnations = new int[identity.partitions()];
        this.firstLsns = new long[identity.partitions()];
        Arrays.fill(firstLsns, -1);
        Arrays.fill(nextLsns, -1);
    }

    /**
     * Reads a log.
     *
     * @param firstSegment number of the first live segment; earlier ones are ignored
     * @param mark durable mark of the manifest
     * @param minNextLsns per partition, the least that the next LSN can be
     * @param visitor sees each accepted frame
     * @throws WalCorruptedException if a segment is missing, foreign, or has a damaged header
     */
    public static LogScan scan(
            Storage storage,
            LogIdentity identity,
            int firstSegment,
            long mark,
            long[] minNextLsns,
            FrameVisitor visitor)
            throws IOException {
        LogScanner scanner = new LogScanner(storage, identity, mark);
        scanner.findSegments(firstSegment);
        return scanner.readFrames(minNextLsns, visitor);
    }

    private void findSegments(int firstSegment) throws IOException {
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
            checkBelongs(name, header, number, base);
            segments.add(new SegmentInfo(header, identity.partitions()));
            expected++;
            base = header.endPosition();
        }
        if (segments.isEmpty()) {
            throw missing(firstSegment);
        }
    }

    private void checkBelongs(String name, SegmentHeader header, int number, long base) {
        String file = storage.directory().resolve(name).toString();
        if (header.logId() != identity.logId()) {
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

    private WalCorruptedException missing(int number) {
        return new WalCorruptedException("Segment " + storage.directory().resolve(FileNames.segment(number))
                + " is missing. Restore it from a backup; without it the log cannot be read.");
    }

    private LogScan readFrames(long[] minNextLsns, FrameVisitor visitor) throws IOException {
        Frame frame = new Frame();
        SegmentHeader header = segments.get(0).header();
        StorageFile file = storage.open(header.fileName());
        try {
            FrameReader reader = new FrameReader(header, file, identity.partitions());
            int index = 0;
            long position = header.firstFramePosition();
            segments.get(0).beginsWith(nextLsns);
            while (true) {
                FrameReader.Found found = reader.read(position, frame);
                if (found != FrameReader.Found.FRAME || !accept(frame)) {
                    TailVerdict.Found atEnd = atEnd(found, header, file.size(), position);
                    return end(index, position, atEnd, reader, minNextLsns);
                }
                segments.get(index).hold(frame);
                bytesRead += frame.end() - frame.position();
                visitor.frame(frame);
                position = frame.end();
                if (frame.isSeal()) {
                    if (++index == segments.size()) {
                        throw missing(header.number() + 1);
                    }
                    header = segments.get(index).header();
                    segments.get(index).beginsWith(nextLsns);
                    file.close();
                    file = storage.open(header.fileName());
                    reader.use(header, file);
                    position = header.firstFramePosition();
                }
            }
        } finally {
            file.close();
        }
    }

    /** Whether a valid frame is the next one of the log; if so, remembers what the one after it must follow. */
    private boolean accept(Frame frame) {
        if (frame.incarnation() < incarnation
                || frame.commitTimeMicros() < commitTimeMicros
                || frame.mark() < frameMark
                || frame.mark() > frame.position()) {
            return false;
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            int partition = frame.partition(entry);
            if (partition < 0 || partition >= nextLsns.length || frame.count(entry) <= 0) {
                return false;
            }
            long next = nextLsns[partition];
            // The first frame of an incarnation may skip LSNs: those that were cut behind damage are not used again.
            boolean follows = next < 0
                    || frame.firstLsn(entry) == next
                    || (frame.firstLsn(entry) > next && frame.incarnation() > lsnIncarnations[partition]);
            if (!follows) {
                return false;
            }
        }
        for (int entry = 0; entry < frame.entries(); entry++) {
            if (firstLsns[frame.partition(entry)] < 0) {
                firstLsns[frame.partition(entry)] = frame.firstLsn(entry);
            }
            nextLsns[frame.partition(entry)] = frame.firstLsn(entry) + frame.count(entry);
            lsnIncarnations[frame.partition(entry)] = frame.incarnation();
        }
        incarnation = frame.incarnation();
        commitTimeMicros = frame.commitTimeMicros();
        frameMark = frame.mark();
        mark = Math.max(mark, frameMark);
        return true;
    }

    private static TailVerdict.Found atEnd(
            FrameReader.Found found, SegmentHeader header, long fileSize, long position) {
        boolean zeros = found == FrameReader.Found.ZEROS;
        long known = header.basePosition() + Math.min(fileSize, header.size());
        if (fileSize < header.size() && !(zeros && position + FrameFormat.HEADER_SIZE <= known)) {
            return TailVerdict.Found.MISSING;
        }
        return zeros ? TailVerdict.Found.ZEROS : TailVerdict.Found.BAD;
    }

    private LogScan end(int index, long end, TailVerdict.Found found, FrameReader reader, long[] minNextLsns)
            throws IOException {
        long highestMark = mark;
        long framesBehind = 0;
        long[] nextBehind = new long[nextLsns.length];
        Frame frame = new Frame();
        for (int i = index; i < segments.size(); i++) {
            SegmentHeader header = segments.get(i).header();
            try (StorageFile file = storage.open(header.fileName())) {
                reader.use(header, file);
                long from = i == index ? end : header.firstFramePosition();
                while (reader.find(from, frame)) {
                    framesBehind++;
                    highestMark = Math.max(highestMark, frame.mark());
                    from = frame.end();
                    highestBehind(frame, nextBehind);
                }
            }
        }
        TailVerdict verdict = TailVerdict.judge(found, framesBehind > 0, highestMark > end);
        if (verdict == TailVerdict.CORRUPT) {
            // Their LSNs were given away for good, even if somebody decides to do without the records.
            for (int partition = 0; partition < nextLsns.length; partition++) {
                nextLsns[partition] = Math.max(nextLsns[partition], nextBehind[partition]);
            }
        }
        for (int partition = 0; partition < nextLsns.length; partition++) {
            nextLsns[partition] = Math.max(nextLsns[partition], minNextLsns[partition]);
            if (firstLsns[partition] < 0) {
                firstLsns[partition] = nextLsns[partition];
            }
        }
        segments.subList(0, index + 1).forEach(segment -> segment.beginsAtLeastWith(firstLsns));
        return new LogScan(
                segments,
                index,
                end,
                verdict,
                Math.min(highestMark, end),
                framesBehind,
                incarnation,
                commitTimeMicros,
                new PartitionLsns(nextLsns),
                bytesRead);
    }

    private static void highestBehind(Frame frame, long[] nextBehind) {
        for (int entry = 0; entry < frame.entries(); entry++) {
            int partition = frame.partition(entry);
            if (partition >= 0 && partition < nextBehind.length) {
                nextBehind[partition] = Math.max(nextBehind[partition], frame.firstLsn(entry) + frame.count(entry));
            }
        }
    }
}
