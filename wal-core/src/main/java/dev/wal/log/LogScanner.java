package dev.wal.log;

import dev.wal.common.WalCorruptedException;
import dev.wal.segment.Frame;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.util.List;

/**
 * Reads a log from its first live segment to its end, verifying every byte, in memory bounded by the largest frame, and has {@link TailVerdict} decide what the end means. Changes nothing.
 */
public final class LogScanner {
    private final Storage storage;
    private final LogIdentity identity;
    private final SegmentFiles files;
    private final List<SegmentInfo> segments;
    private final FrameSequence sequence;
    private final long manifestMark;
    private boolean endsAtFault;
    private long bytesRead;

    private LogScanner(
            Storage storage, LogIdentity identity, SegmentFiles files, List<SegmentHeader> headers, long mark) {
        this.storage = storage;
        this.identity = identity;
        this.files = files;
        this.segments = headers.stream()
                .map(header -> new SegmentInfo(header, identity.partitions()))
                .toList();
        this.sequence = new FrameSequence(identity.partitions());
        this.manifestMark = mark;
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
        SegmentFiles files = new SegmentFiles(storage, identity.logId());
        return new LogScanner(storage, identity, files, files.from(firstSegment), mark)
                .readFrames(minNextLsns, visitor);
    }

    /**
     * Reads a log whose segments are not all there, up to the first that is missing, foreign, or has a damaged header. That is the end of what is read, and {@link TailVerdict#CORRUPT} if the log goes on there.
     *
     * @throws WalCorruptedException if the first segment is such a one
     */
    public static LogScan scanUpToFault(
            Storage storage,
            LogIdentity identity,
            int firstSegment,
            long mark,
            long[] minNextLsns,
            FrameVisitor visitor)
            throws IOException {
        SegmentFiles files = new SegmentFiles(storage, identity.logId());
        List<SegmentHeader> headers = files.upToFault(firstSegment);
        LogScanner scanner = new LogScanner(storage, identity, files, headers, mark);
        scanner.endsAtFault = true;
        return scanner.readFrames(minNextLsns, visitor);
    }

    private LogScan readFrames(long[] minNextLsns, FrameVisitor visitor) throws IOException {
        Frame frame = new Frame();
        SegmentHeader header = segments.get(0).header();
        StorageFile file = storage.open(header.fileName());
        try {
            FrameReader reader = new FrameReader(header, file, identity.partitions());
            int index = 0;
            long position = header.firstFramePosition();
            segments.get(0).beginsWith(sequence.nextLsns());
            while (true) {
                FrameReader.Found found = reader.read(position, frame);
                if (found != FrameReader.Found.FRAME || !sequence.accept(frame)) {
                    TailVerdict.Found atEnd = SegmentFiles.foundAt(found, header, file.size(), position);
                    return end(index, position, atEnd, reader, minNextLsns);
                }
                segments.get(index).hold(frame);
                bytesRead += frame.end() - frame.position();
                visitor.frame(frame);
                position = frame.end();
                if (frame.isSeal()) {
                    if (index + 1 == segments.size() && endsAtFault) {
                        return end(index, header.endPosition(), TailVerdict.Found.MISSING, reader, minNextLsns);
                    }
                    if (++index == segments.size()) {
                        throw files.missing(header.number() + 1);
                    }
                    header = segments.get(index).header();
                    segments.get(index).beginsWith(sequence.nextLsns());
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

    private LogScan end(int index, long end, TailVerdict.Found found, FrameReader reader, long[] minNextLsns)
            throws IOException {
        List<SegmentHeader> rest = segments.subList(index, segments.size()).stream()
                .map(SegmentInfo::header)
                .toList();
        FramesBehind behind = FramesBehind.find(storage, rest, identity.partitions(), reader, end);
        long mark = Math.max(behind.mark(), Math.max(sequence.mark(), manifestMark));
        TailVerdict verdict = behind.judge(found, end, mark, rest.get(0));
        long[] nextLsns = sequence.nextLsns();
        if (verdict == TailVerdict.CORRUPT) {
            // Their LSNs were given away for good, even if somebody decides to do without the records.
            raise(nextLsns, behind.nextLsns().toArray());
        }
        raise(nextLsns, minNextLsns);
        beginSegmentsWith(nextLsns, index);
        return new LogScan(
                segments,
                index,
                end,
                verdict,
                Math.min(mark, end),
                behind.count(),
                sequence.incarnation(),
                sequence.commitTimeMicros(),
                new PartitionLsns(nextLsns),
                bytesRead);
    }

    /** A partition without a record so far begins with its first one, or with the one that will be. */
    private void beginSegmentsWith(long[] nextLsns, int lastSegment) {
        long[] firstLsns = sequence.firstLsns();
        for (int partition = 0; partition < firstLsns.length; partition++) {
            if (firstLsns[partition] < 0) {
                firstLsns[partition] = nextLsns[partition];
            }
        }
        segments.subList(0, lastSegment + 1).forEach(segment -> segment.beginsAtLeastWith(firstLsns));
    }

    private static void raise(long[] lsns, long[] atLeast) {
        for (int partition = 0; partition < lsns.length; partition++) {
            lsns[partition] = Math.max(lsns[partition], atLeast[partition]);
        }
    }
}
