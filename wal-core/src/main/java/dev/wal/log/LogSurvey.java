package dev.wal.log;

import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.segment.Frame;
import dev.wal.segment.FrameReader;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from outside: without owning it, without changing anything, in memory bounded by the largest frame, while somebody else may be writing to it.
 *
 * <p>A log that has an owner is read up to its durable position, which is taken first. What is below was written and forced before that, so that bytes that cannot be read there are damage, unless
 * their segment was dropped meanwhile: the manifest, which is changed before any file is touched, says so, and reading goes on behind it. What is above may be half written, and is left alone. A log without an owner
 * is read to its end and judged as opening it would; if it then turns out that an owner came while it was read, the judgement is taken again. For one thread, and one run.
 */
public final class LogSurvey {
    private static final int MAX_ATTEMPTS = 20;

    private final Storage storage;
    private final LogOrigin.Source origins;
    private final DirectoryOwner owner;
    private final RecoveryMode mode;
    private final SurveyVisitor visitor;
    private final Set<UnreadableRange> reportedFiles = new HashSet<>();
    private @Nullable FrameSequence sequence;

    /** Everything before it was read, or reported. */
    private long position;

    private boolean damaged;
    private long bytesRead;

    /** @param mode {@link RecoveryMode#SALVAGE} reads on behind damage, other modes end there */
    public LogSurvey(
            Storage storage, LogOrigin.Source origins, DirectoryOwner owner, RecoveryMode mode, SurveyVisitor visitor) {
        this.storage = storage;
        this.origins = origins;
        this.owner = owner;
        this.mode = mode;
        this.visitor = visitor;
    }

    /**
     * Reads the log.
     *
     * @throws WalCorruptedException if a segment is missing, foreign, or has a damaged header, and the mode does not read on
     * @throws WalStorageException if the log changes faster than it can be read
     */
    public Survey run() throws IOException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Survey survey = attempt();
            if (survey != null) {
                return checkManifest(survey);
            }
        }
        throw new WalStorageException(
                "The log in " + storage.directory() + " changed " + MAX_ATTEMPTS
                        + " times while it was read. Try again when fewer checkpoints are taken, or stop its owner.",
                null);
    }

    /** An incarnation is in the manifest before anything of it is in the log. */
    private Survey checkManifest(Survey survey) throws IOException {
        FrameSequence read = sequence;
        if (read == null || read.incarnation() <= origins.read().incarnation()) {
            return survey;
        }
        String fault = "it is older than the log: it does not know of incarnation " + read.incarnation()
                + ", of which there are batches";
        if (TailVerdict.CORRUPT.actionIn(mode) != TailVerdict.Action.READ_ON) {
            throw new WalCorruptedException("Manifest " + storage.directory().resolve(FileNames.MANIFEST)
                    + " is damaged: " + fault + ". Restore the manifest that belongs to these segments.");
        }
        visitor.unreadable(new UnreadableRange(FileNames.MANIFEST, 0, -1, 0, fault));
        return survey.corrupt();
    }

    /** One attempt, going on where the last one ended, or null if the log changed in a way that asks for another one. */
    private @Nullable Survey attempt() throws IOException {
        LogOrigin origin = origins.read();
        boolean inUse = owner.isPresent();
        List<SegmentHeader> segments;
        try {
            segments = segments(origin, inUse);
            if (segments == null) {
                return null;
            }
            if (segments.isEmpty()) {
                return new Survey(inUse, segments, 0, 0, "", 0, TailVerdict.CLEAN, 0, 0);
            }
            Pass pass = new Pass(origin, inUse, segments);
            visitor.segments(List.copyOf(segments));
            return pass.read();
        } catch (NoSuchFileException | FileNotFoundException e) {
            if (isUnchanged(origin, inUse)) {
                throw e;
            }
            return null;
        }
    }

    /** The segments, or null if they changed while they were looked for. */
    private @Nullable List<SegmentHeader> segments(LogOrigin origin, boolean inUse) throws IOException {
        boolean none = storage.list().stream()
                .noneMatch(name -> FileNames.segmentNumber(name).isPresent());
        if (none && origin.incarnation() == 0) {
            // Nothing was ever written.
            return List.of();
        }
        try {
            return new SegmentFiles(storage, origin.identity().logId()).from(origin.firstSegment());
        } catch (WalCorruptedException e) {
            if (!isUnchanged(origin, inUse)) {
                return null;
            }
            if (TailVerdict.CORRUPT.actionIn(mode) != TailVerdict.Action.READ_ON) {
                throw e;
            }
            damaged = true;
            List<SegmentHeader> found = new LenientSegmentFiles(
                            storage, origin.identity().logId(), this::reportFile)
                    .from(origin.firstSegment());
            if (found.isEmpty()) {
                throw e;
            }
            return found;
        }
    }

    private void reportFile(UnreadableRange range) {
        if (reportedFiles.add(range)) {
            visitor.unreadable(range);
        }
    }

    /**
     * Whether what could not be read was read while nobody changed the log. A log that is in use changes in the segments that it drops; nothing else that is below its
     * durable position does.
     */
    private boolean isUnchanged(LogOrigin origin, boolean inUse) throws IOException {
        LogOrigin now = origins.read();
        return inUse
                ? now.firstSegment() == origin.firstSegment() && now.incarnation() == origin.incarnation()
                : now.equals(origin) && !owner.isPresent();
    }

    private FrameSequence sequence(LogOrigin origin) {
        FrameSequence current = sequence;
        if (current == null) {
            current = new FrameSequence(origin.identity().partitions());
            sequence = current;
        }
        return current;
    }

    /** Reading the segments that there were at one time. */
    private final class Pass {
        private final LogOrigin origin;
        private final boolean inUse;
        private final List<SegmentHeader> segments;
        private final FrameSequence next;
        private final FrameReader finder;
        private final Frame frame = new Frame();
        private final long durable;
        private @Nullable FramesBehind behind;
        private int index;

        private Pass(LogOrigin origin, boolean inUse, List<SegmentHeader> segments) throws IOException {
            this.origin = origin;
            this.inUse = inUse;
            this.segments = segments;
            this.next = sequence(origin);
            try (StorageFile file = storage.open(segments.get(0).fileName())) {
                this.finder =
                        new FrameReader(segments.get(0), file, origin.identity().partitions());
            }
            this.durable = Math.max(origin.mark(), highestMark());
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
            return FramesBehind.find(storage, from, origin.identity().partitions(), finder, place);
        }

        private @Nullable Survey read() throws IOException {
            index = 0;
            while (index < segments.size() - 1
                    && position >= segments.get(index).endPosition()) {
                index++;
            }
            while (true) {
                SegmentHeader header = segments.get(index);
                if (position < header.firstFramePosition()) {
                    if (position > 0 && position < header.basePosition()) {
                        skipAhead();
                    }
                    position = header.firstFramePosition();
                }
                TailVerdict.Found found = readSegment(header);
                if (found == null) {
                    if (inUse && position >= durable) {
                        return end(TailVerdict.CLEAN, 0);
                    }
                    if (++index == segments.size()) {
                        return endWithoutSegment(header);
                    }
                    continue;
                }
                FramesBehind further = framesBehind();
                TailVerdict verdict = further.judge(found, position, mark(further), header);
                if (verdict != TailVerdict.CLEAN && !isUnchanged(origin, inUse)) {
                    return null;
                }
                if (verdict == TailVerdict.CLEAN) {
                    return end(verdict, 0);
                }
                if (verdict.actionIn(mode) != TailVerdict.Action.READ_ON) {
                    return end(
                            verdict,
                            find(segments.subList(index, segments.size()), position)
                                    .count());
                }
                damaged = true;
                if (!skipTo(found, mark(further))) {
                    return end(verdict, 0);
                }
            }
        }

        /** Reads a segment to its seal, or to the durable position of a log in use, or returns what stands where that is not possible. */
        private TailVerdict.@Nullable Found readSegment(SegmentHeader header) throws IOException {
            try (StorageFile file = storage.open(header.fileName())) {
                FrameReader reader = finder;
                reader.use(header, file);
                while (true) {
                    if (inUse && position >= durable) {
                        return null;
                    }
                    FrameReader.Found found = reader.read(position, frame);
                    if (found != FrameReader.Found.FRAME || !next.accept(frame)) {
                        return SegmentFiles.foundAt(found, header, file.size(), position);
                    }
                    bytesRead += frame.end() - frame.position();
                    visitor.frame(frame);
                    position = frame.end();
                    if (frame.isSeal()) {
                        position = header.endPosition();
                        return null;
                    }
                }
            }
        }

        /** What is behind the first place that cannot be read is behind every later one, too, as far as it is further on. */
        private FramesBehind framesBehind() throws IOException {
            FramesBehind known = behind;
            if (known == null) {
                known = find(segments.subList(index, segments.size()), position);
                behind = known;
            }
            return known;
        }

        private long mark(FramesBehind further) {
            return Math.max(Math.max(further.mark(), next.mark()), durable);
        }

        private void skipAhead() {
            next.gap();
            visitor.gap();
        }

        /** Reports what cannot be read, and goes to the next frame that can; false if there is none. */
        private boolean skipTo(TailVerdict.Found found, long mark) throws IOException {
            skipAhead();
            for (int i = index; i < segments.size(); i++) {
                SegmentHeader header = segments.get(i);
                long from = Math.max(position, header.firstFramePosition());
                if (findNext(header, from)) {
                    report(header, from, frame.position());
                    index = i;
                    position = frame.position();
                    return true;
                }
                long until = found == TailVerdict.Found.MISSING && i == index ? header.endPosition() : mark;
                report(header, from, Math.min(until, header.endPosition()));
            }
            return false;
        }

        private boolean findNext(SegmentHeader header, long from) throws IOException {
            try (StorageFile file = storage.open(header.fileName())) {
                finder.use(header, file);
                long at = from;
                while (finder.find(at, frame)) {
                    if (next.canBeNext(frame)) {
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
            if (!isUnchanged(origin, inUse)) {
                return null;
            }
            if (TailVerdict.CORRUPT.actionIn(mode) != TailVerdict.Action.READ_ON) {
                throw new SegmentFiles(storage, origin.identity().logId()).missing(last.number() + 1);
            }
            index--;
            damaged = true;
            skipAhead();
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
                    List.copyOf(segments),
                    durable,
                    position,
                    header.fileName(),
                    position - header.basePosition(),
                    damaged ? TailVerdict.CORRUPT : verdict,
                    framesBehind,
                    bytesRead);
        }
    }
}
