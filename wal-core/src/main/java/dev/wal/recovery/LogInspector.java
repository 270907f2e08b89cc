package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalStorageException;
import dev.wal.log.LogIdentity;
import dev.wal.log.LogOrigin;
import dev.wal.log.LogSurvey;
import dev.wal.log.Survey;
import dev.wal.log.SurveyVisitor;
import dev.wal.log.UnreadableRange;
import dev.wal.record.RecordCursor;
import dev.wal.segment.Frame;
import dev.wal.storage.DirectoryOwner;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Looks into the directory of a log without owning it: takes no lock, changes no file, and may be used while somebody has the log open; it then reads up to the position that was durable when it began, and never reports damage above that. See
 * {@link LogSurvey}. Memory is bounded by the largest batch. For one thread.
 */
public final class LogInspector {
    private final Storage storage;
    private final DirectoryOwner owner;

    public LogInspector(Storage storage, DirectoryOwner owner) {
        this.storage = storage;
        this.owner = owner;
    }

    /** Looks into a directory of the default file system. */
    public static LogInspector of(Path directory) {
        return new LogInspector(Storage.readOnly(directory), DirectoryOwner.of(directory));
    }

    public Storage storage() {
        return storage;
    }

    /** Whether somebody has the log open now. */
    public boolean isInUse() {
        try {
            return owner.isPresent();
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    /**
     * The manifest.
     *
     * @throws WalStorageException if there is no log in the directory, or it cannot be read
     * @throws WalCorruptedException if the manifest is missing where there are files of a log, or damaged
     * @throws dev.wal.common.WalFormatException if a later version wrote it
     */
    public Manifest manifest() {
        try {
            return readManifest();
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private Manifest readManifest() throws IOException {
        return new ManifestStore(storage).read().orElseThrow(this::noManifest);
    }

    private RuntimeException noManifest() {
        try {
            Path manifest = storage.directory().resolve(FileNames.MANIFEST);
            for (String name : storage.list()) {
                if (FileNames.segmentNumber(name).isPresent() || FileNames.isSnapshot(name)) {
                    return new WalCorruptedException(
                            "Manifest " + manifest + " is missing, but there are files of a log (" + name
                                    + "). Restore the manifest from a backup; without it the log cannot be read.");
                }
            }
            return new WalStorageException(
                    "There is no log in " + storage.directory() + ": it has no " + manifest.getFileName(), null);
        } catch (IOException e) {
            return cannotRead(e);
        }
    }

    /**
     * Reads the records of the log in its order, decoding each.
     *
     * @param mode {@link RecoveryMode#SALVAGE} reads on behind damage, also behind bytes that the disk does not give back; every other mode ends there
     * @throws WalCorruptedException if the manifest or, where the mode does not read on, a segment is missing, foreign, swapped or has a damaged header
     * @throws dev.wal.common.WalFormatException if a later version wrote a file
     * @throws WalStorageException if there is no log in the directory, or it cannot be read
     */
    public Survey read(RecoveryMode mode, InspectionVisitor visitor) {
        Manifest manifest = manifest();
        RecordReader reader = new RecordReader(manifest.partitions().size(), visitor);
        try {
            return mode == RecoveryMode.SALVAGE
                    ? readOn(reader)
                    : new LogSurvey(storage, this::origin, owner, mode, reader).run();
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    /**
     * Reads what is left of a damaged log, transaction by transaction.
     *
     * @param fromPositions per partition, the position of the first commit that is wanted
     * @throws WalCorruptedException if the manifest is missing or damaged, or no segment is left
     * @throws dev.wal.common.WalFormatException if a later version wrote a file
     * @throws WalStorageException if there is no log in the directory, or it cannot be read
     */
    public Survey salvage(long[] fromPositions, SalvageVisitor visitor) {
        SectorStorage sectors = new SectorStorage(storage, visitor::unreadable);
        SalvageFollower follower = new SalvageFollower(sectors, fromPositions, visitor);
        try {
            Survey survey = survey(sectors, follower);
            follower.end();
            return survey;
        } catch (IOException e) {
            throw cannotRead(e);
        } finally {
            follower.close();
        }
    }

    private Survey readOn(SurveyVisitor reader) throws IOException {
        return survey(new SectorStorage(storage, reader::unreadable), reader);
    }

    private Survey survey(SectorStorage sectors, SurveyVisitor reader) throws IOException {
        Survey survey = new LogSurvey(sectors, this::origin, owner, RecoveryMode.SALVAGE, reader).run();
        return sectors.hasFailed() ? survey.corrupt() : survey;
    }

    private LogOrigin origin() throws IOException {
        Manifest manifest = readManifest();
        return new LogOrigin(
                new LogIdentity(manifest.logId(), manifest.partitions().size()),
                manifest.incarnation(),
                manifest.firstSegment(),
                manifest.mark());
    }

    private WalStorageException cannotRead(IOException cause) {
        return new WalStorageException("The log in " + storage.directory() + " cannot be read: " + cause, cause);
    }

    /** Takes frames apart. */
    private static final class RecordReader implements SurveyVisitor {
        private final InspectionVisitor visitor;
        private final RecordCursor cursor;
        private final long[] nextLsns;

        private RecordReader(int partitions, InspectionVisitor visitor) {
            this.visitor = visitor;
            this.cursor = new RecordCursor(partitions);
            this.nextLsns = new long[partitions];
        }

        @Override
        public void frame(Frame frame) {
            if (!frame.isBatch()) {
                return;
            }
            for (int entry = 0; entry < frame.entries(); entry++) {
                nextLsns[frame.partition(entry)] = frame.firstLsn(entry);
            }
            cursor.reset(frame.payload(), frame.position(), frame.commitTimeMicros());
            while (cursor.next()) {
                visitor.record(new LoggedRecord(
                        frame.position(),
                        frame.segment(),
                        frame.incarnation(),
                        frame.commitTimeMicros(),
                        nextLsns[cursor.partition()]++,
                        cursor.length(),
                        cursor.record()));
            }
        }

        @Override
        public void unreadable(UnreadableRange range) {
            visitor.unreadable(range);
        }
    }
}
