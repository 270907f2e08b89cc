package dev.wal.log;

import dev.wal.segment.Frame;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the segments that there were at one time, from where the last pass came to. For one thread, and one run. */
final class SurveyPass {
    private final SurveySource source;
    private final Storage storage;
    private final SurveyVisitor visitor;
    private final SurveyProgress progress;
    private final LogOrigin origin;
    private final boolean inUse;
    private final List<SegmentHeader> segments;
    private final FrameReader reader;
    private final Frame frame = new Frame();
    private final long durable;
    private @Nullable FramesBehind behind;
    private int index;

    /** @param segments at least one, oldest first */
    SurveyPass(
            SurveySource source,
            SurveyVisitor visitor,
            SurveyProgress progress,
            LogOrigin origin,
            boolean inUse,
            List<SegmentHeader> segments)
            throws IOException {
        this.source = source;
        this.storage = source.storage();
        this.visitor = visitor;
        this.progress = progress;
        this.origin = origin;
        this.inUse = inUse;
        this.segments = segments;
        try (StorageFile file = storage.open(segments.get(0).fileName())) {
            this.reader =
                    new FrameReader(segments.get(0), file, origin.identity().partitions());
        }
        this.durable = inUse && progress.limit >= 0 ? progress.limit : Math.max(origin.mark(), highestMark());
        if (inUse) {
            progress.limit = durable;
        }
    }

    /** Marks only grow, so that the last segment with frames has the highest. */
    private long highestMark() throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            FramesBehind found = find(segments.subList(i, i + 1), 0);
            if (found.count() > 0) {
                return found.mark();
            }
        }
        return 0;
    }

    private FramesBehind find(List<SegmentHeader> from, long place) throws IOException {
        return FramesBehind.find(storage, from, origin.identity().partitions(), reader, place);
    }

    /** Reads on, and says how the log ends, or returns null if it changed in a way that asks for another pass. */
    @Nullable
    Survey read() throws IOException {
        while (index < segments.size() - 1
                && progress.position >= segments.get(index).endPosition()) {
            index++;
        }
        while (!isDone()) {
            SegmentHeader header = segments.get(index);
            enter(header);
            TailVerdict.Found found = readSegment(header);
            if (found != null) {
                FramesBehind further = framesBehind();
                TailVerdict verdict = further.judge(found, progress.position, mark(further), header);
                if (verdict == TailVerdict.CLEAN) {
                    return end(verdict, 0);
                }
                if (!source.isUnchanged(origin, inUse)) {
                    return null;
                }
                if (verdict.actionIn(source.mode()) != TailVerdict.Action.READ_ON) {
                    return end(verdict, find(rest(), progress.position).count());
                }
                if (!skipTo(found, mark(further))) {
                    return end(verdict, 0);
                }
            } else if (!isDone() && ++index == segments.size()) {
                return endWithoutSegment(header);
            }
        }
        return end(TailVerdict.CLEAN, 0);
    }

    private boolean isDone() {
        return inUse && progress.position >= durable;
    }

    private List<SegmentHeader> rest() {
        return segments.subList(index, segments.size());
    }

    private void enter(SegmentHeader header) {
        if (progress.position < header.firstFramePosition()) {
            if (progress.position > 0 && progress.position < header.basePosition()) {
                leaveGap();
            }
            progress.position = header.firstFramePosition();
        }
    }

    private void leaveGap() {
        progress.sequence.gap();
        visitor.gap();
    }

    /** Reads a segment to its seal, or to the durable position of a log in use, or returns what stands where that is not possible. */
    private TailVerdict.@Nullable Found readSegment(SegmentHeader header) throws IOException {
        try (StorageFile file = storage.open(header.fileName())) {
            reader.use(header, file);
            while (!isDone()) {
                FrameReader.Found found = reader.read(progress.position, frame);
                if (found != FrameReader.Found.FRAME || !progress.sequence.accept(frame)) {
                    return SegmentFiles.foundAt(found, header, file.size(), progress.position);
                }
                visitor.frame(frame);
                progress.read(frame, frame.isSeal() ? header.endPosition() : frame.end());
                if (frame.isSeal()) {
                    return null;
                }
            }
            return null;
        }
    }

    /** What is behind the first place that cannot be read is behind every later one, too, as far as it is further on. */
    private FramesBehind framesBehind() throws IOException {
        FramesBehind known = behind;
        if (known == null) {
            known = find(rest(), progress.position);
            behind = known;
        }
        return known;
    }

    private long mark(FramesBehind further) {
        return Math.max(Math.max(further.mark(), progress.sequence.mark()), durable);
    }

    /** Reports what cannot be read, and goes to the next frame that can; false if there is none. */
    private boolean skipTo(TailVerdict.Found found, long mark) throws IOException {
        progress.damaged = true;
        leaveGap();
        for (int i = index; i < segments.size(); i++) {
            SegmentHeader header = segments.get(i);
            long from = Math.max(progress.position, header.firstFramePosition());
            if (findNext(header, from)) {
                report(header, from, frame.position());
                index = i;
                progress.position = frame.position();
                return true;
            }
            long until = found == TailVerdict.Found.MISSING && i == index ? header.endPosition() : mark;
            report(header, from, Math.min(until, header.endPosition()));
        }
        return false;
    }

    private boolean findNext(SegmentHeader header, long from) throws IOException {
        try (StorageFile file = storage.open(header.fileName())) {
            reader.use(header, file);
            long at = from;
            while (reader.find(at, frame)) {
                if (progress.sequence.canBeNext(frame)) {
                    return !inUse || frame.position() < durable;
                }
                at = frame.end();
            }
            return false;
        }
    }

    private void report(SegmentHeader header, long from, long until) {
        if (until > from) {
            visitor.unreadable(new UnreadableRange(
                    header.fileName(),
                    from - header.basePosition(),
                    from,
                    until - from,
                    "no frame of the log is there that can be read"));
        }
    }

    private @Nullable Survey endWithoutSegment(SegmentHeader last) throws IOException {
        if (!source.isUnchanged(origin, inUse)) {
            return null;
        }
        if (!source.readsOn()) {
            throw new SegmentFiles(storage, origin.identity().logId()).missing(last.number() + 1);
        }
        progress.damaged = true;
        leaveGap();
        visitor.unreadable(new UnreadableRange(
                FileNames.segment(last.number() + 1),
                0,
                last.endPosition(),
                Math.max(0, durable - last.endPosition()),
                "the file is missing"));
        return end(TailVerdict.CORRUPT, 0);
    }

    private Survey end(TailVerdict verdict, long framesBehind) {
        SegmentHeader header = segments.get(Math.min(index, segments.size() - 1));
        return new Survey(
                inUse,
                segments,
                durable,
                progress.position,
                header.fileName(),
                progress.position - header.basePosition(),
                progress.damaged ? TailVerdict.CORRUPT : verdict,
                framesBehind,
                progress.bytesRead);
    }
}
