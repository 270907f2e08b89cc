package dev.wal.log;

import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
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
    private static final int MAX_ATTEMPTS = 100;

    private final SurveySource source;
    private final SurveyVisitor visitor;
    private final Set<UnreadableRange> reportedFiles = new HashSet<>();
    private @Nullable SurveyProgress progress;
    private String lastFault = "";

    /** @param mode {@link RecoveryMode#SALVAGE} reads on behind damage, other modes end there */
    public LogSurvey(
            Storage storage, LogOrigin.Source origins, DirectoryOwner owner, RecoveryMode mode, SurveyVisitor visitor) {
        this.source = new SurveySource(storage, origins, owner, mode);
        this.visitor = visitor;
    }

    /**
     * Reads the log.
     *
     * @throws WalCorruptedException if a segment is missing, foreign, or has a damaged header, or the manifest is older than the log, and the mode does not read on
     * @throws WalStorageException if the log changes faster than it can be read
     */
    public Survey run() throws IOException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Survey survey = attempt();
            if (survey != null) {
                return survey;
            }
        }
        throw new WalStorageException(
                "The log in " + source.storage().directory() + " changed " + MAX_ATTEMPTS
                        + " times while it was read. Try again when fewer checkpoints are taken, or stop its owner.",
                null);
    }

    /** One attempt, going on where the last one ended, or null if the log changed in a way that asks for another one. */
    private @Nullable Survey attempt() throws IOException {
        LogOrigin origin = source.origins().read();
        boolean inUse = source.owner().isPresent();
        SurveyProgress state = progress(origin);
        try {
            if (origin.incarnation() == 0 && hasNoSegment()) {
                // Nothing was ever written.
                return new Survey(inUse, List.of(), 0, 0, "", 0, TailVerdict.CLEAN, 0, 0);
            }
            List<SegmentHeader> segments = segments(origin, inUse, state);
            if (segments == null) {
                return null;
            }
            SurveyPass pass = new SurveyPass(source, visitor, state, origin, inUse, segments);
            visitor.segments(segments);
            Survey survey = pass.read();
            return survey == null ? null : checkManifest(survey, state);
        } catch (NoSuchFileException | FileNotFoundException e) {
            if (source.isUnchanged(origin, inUse)) {
                throw e;
            }
            return null;
        }
    }

    private SurveyProgress progress(LogOrigin origin) {
        SurveyProgress current = progress;
        if (current == null) {
            current = new SurveyProgress(origin.identity().partitions());
            progress = current;
        }
        return current;
    }

    private boolean hasNoSegment() throws IOException {
        return source.storage().list().stream()
                .noneMatch(name -> FileNames.segmentNumber(name).isPresent());
    }

    /** The segments, or null if they may have changed while they were looked for. */
    private @Nullable List<SegmentHeader> segments(LogOrigin origin, boolean inUse, SurveyProgress state)
            throws IOException {
        long logId = origin.identity().logId();
        try {
            return List.copyOf(new SegmentFiles(source.storage(), logId).from(origin.firstSegment()));
        } catch (WalCorruptedException e) {
            String fault = String.valueOf(e.getMessage());
            boolean again = fault.equals(lastFault);
            lastFault = fault;
            // A directory is not listed in one moment: of two segments made meanwhile, the later one may be listed
            // alone.
            if (!source.isUnchanged(origin, inUse) || (inUse && !again)) {
                return null;
            }
            if (!source.readsOn()) {
                throw e;
            }
            state.damaged = true;
            List<SegmentHeader> found =
                    new LenientSegmentFiles(source.storage(), logId, this::reportFile).from(origin.firstSegment());
            if (found.isEmpty()) {
                throw e;
            }
            return List.copyOf(found);
        }
    }

    private void reportFile(UnreadableRange range) {
        if (reportedFiles.add(range)) {
            visitor.unreadable(range);
        }
    }

    /** An incarnation is in the manifest before anything of it is in the log. */
    private Survey checkManifest(Survey survey, SurveyProgress state) throws IOException {
        int incarnation = state.sequence.incarnation();
        if (incarnation <= source.origins().read().incarnation()) {
            return survey;
        }
        String fault = "it is older than the log: it does not know of incarnation " + incarnation
                + ", of which there are batches";
        if (!source.readsOn()) {
            throw new WalCorruptedException(
                    "Manifest " + source.storage().directory().resolve(FileNames.MANIFEST) + " is damaged: " + fault
                            + ". Restore the manifest that belongs to these segments.");
        }
        visitor.unreadable(new UnreadableRange(FileNames.MANIFEST, 0, -1, 0, fault));
        return survey.corrupt();
    }
}
