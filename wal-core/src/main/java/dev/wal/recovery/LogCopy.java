package dev.wal.recovery;

import dev.wal.checkpoint.ConsumerPosition;
import dev.wal.checkpoint.ConsumerStore;
import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.SkippedChanges;
import dev.wal.checkpoint.SkippedStore;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import dev.wal.common.WalLimitException;
import dev.wal.log.LogIdentity;
import dev.wal.log.LogScan;
import dev.wal.log.LogScanner;
import dev.wal.segment.SegmentHeader;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a log up to a position into an empty directory. The manifest is written last, once everything else is forced and was read back: a directory with segments and
 * without a manifest is refused by every open, so that a copy that was interrupted cannot be taken for a log.
 *
 * <p>Original and copy may both go on. The copy gets an incarnation that is higher by a random number, so that no record of the one has incarnation and LSN of a record of the other; see
 * docs/decisions/0013.
 */
public final class LogCopy {
    private static final Logger logger = LoggerFactory.getLogger(LogCopy.class);
    private static final int CHUNK_SIZE = 1 << 20;

    /** Opens of the original that can never reach the incarnation of a copy. */
    private static final int LEAST_DISTANCE = 1 << 16;

    private static final int DISTANCES = 1 << 22;

    private final Storage source;
    private final Storage target;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_SIZE);
    private final List<String> made = new ArrayList<>();
    private long bytes;

    /** @param source in which the files to be copied stay as they are meanwhile, up to the end of the copy */
    public LogCopy(Storage source, Storage target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Makes the copy.
     *
     * @param manifest of the source, with the checkpoints that the copy is to have
     * @param segments of the source
     * @param end position where a frame ends, below which all is readable
     * @param consumers that the copy is to have
     * @throws IllegalArgumentException if the target is not empty
     * @throws WalCorruptedException if the source cannot be read up to the end
     */
    @SuppressWarnings("try") // The lock is held, not used.
    public CopyReport copy(Manifest manifest, List<SegmentHeader> segments, long end, List<ConsumerPosition> consumers)
            throws IOException {
        long start = System.nanoTime();
        target.createDirectory();
        try (Closeable lock = target.lock(Duration.ZERO)) {
            refuseUnlessEmpty();
            try {
                return copyInto(manifest, segments, end, consumers, start);
            } catch (Throwable e) {
                deleteMade();
                throw e;
            }
        }
    }

    private void refuseUnlessEmpty() throws IOException {
        List<String> files = target.list().stream()
                .filter(name -> !name.equals(FileNames.LOCK))
                .toList();
        if (!files.isEmpty()) {
            throw new IllegalArgumentException("Directory " + target.directory() + " is not empty (" + files.get(0)
                    + "): a log is copied only into an empty or missing directory. Nothing was written.");
        }
    }

    private CopyReport copyInto(
            Manifest manifest, List<SegmentHeader> segments, long end, List<ConsumerPosition> consumers, long start)
            throws IOException {
        for (SegmentHeader segment : segments) {
            if (segment.number() >= manifest.firstSegment() && segment.basePosition() <= end) {
                copySegment(segment, end);
            }
        }
        SnapshotCopies snapshots = new SnapshotCopies(source, target, manifest, made);
        Manifest intact = snapshots.copy();
        ConsumerStore positions = new ConsumerStore(target, manifest.logId());
        for (ConsumerPosition consumer : consumers) {
            made.add(FileNames.consumer(consumer.id()));
            positions.write(consumer);
        }
        copySkipped(manifest.logId(), end);
        target.forceDirectory();
        LogScan copied = verify(intact, end);
        int files = made.size();
        new ManifestStore(target).write(intact.copiedUpTo(end, branch(intact.incarnation())));
        return new CopyReport(
                end,
                Times.instant(copied.commitTimeMicros()),
                files,
                bytes + snapshots.bytes(),
                Duration.ofNanos(System.nanoTime() - start),
                snapshots.damaged());
    }

    /** What listeners have given up is for people to read: one file that is damaged is no reason to have no copy. */
    private void copySkipped(long logId, long end) throws IOException {
        SkippedStore from = new SkippedStore(source, logId);
        SkippedStore to = new SkippedStore(target, logId);
        for (String id : from.ids()) {
            try {
                SkippedChanges skipped = from.read(id).before(end);
                made.add(FileNames.skipped(id));
                to.write(id, skipped);
            } catch (WalException e) {
                logger.warn("What listener {} has skipped is not in the copy in {}", id, target.directory(), e);
            }
        }
    }

    /** As far as the copy goes; zeros behind, as in a segment to which nothing more was written. */
    private void copySegment(SegmentHeader segment, long end) throws IOException {
        long length = Math.max(end, segment.firstFramePosition()) - segment.basePosition();
        copy(segment.fileName(), Math.min(length, segment.size()), segment.size());
    }

    private void copy(String name, long length, long size) throws IOException {
        made.add(name);
        try (StorageFile from = source.open(name);
                StorageFile to = target.create(name)) {
            for (long offset = 0; offset < size; ) {
                chunk.clear().limit((int) Math.min(CHUNK_SIZE, size - offset));
                int read = 0;
                if (offset < length) {
                    chunk.limit((int) Math.min(chunk.limit(), length - offset));
                    read = from.read(chunk, offset);
                    chunk.limit((int) Math.min(CHUNK_SIZE, size - offset));
                }
                while (read < chunk.limit()) {
                    chunk.put(read++, (byte) 0);
                }
                to.write(chunk.rewind(), offset);
                offset += read;
            }
            to.force();
        }
        bytes += size;
    }

    /** What is not readable must not be found out on the day when the copy is needed. */
    private LogScan verify(Manifest manifest, long end) throws IOException {
        LogScan scan = LogScanner.scan(
                target,
                new LogIdentity(manifest.logId(), manifest.partitions().size()),
                manifest.firstSegment(),
                end,
                manifest.nextLsns(),
                frame -> {});
        if (scan.verdict() != TailVerdict.CLEAN || scan.end() != end) {
            throw new WalCorruptedException("The log in " + source.directory() + " could not be copied up to position "
                    + end + ": it cannot be read at position " + scan.end() + " (file "
                    + source.directory().resolve(scan.endFile()) + ", offset " + scan.endOffset()
                    + "). The copy in " + target.directory() + " was deleted.");
        }
        return scan;
    }

    private static int branch(int incarnation) {
        if (incarnation > Integer.MAX_VALUE - 2 * DISTANCES) {
            throw new WalLimitException("The log cannot be copied: its incarnation " + incarnation
                    + " is so high that that of a copy would not be a number any more");
        }
        return incarnation + LEAST_DISTANCE + new SecureRandom().nextInt(DISTANCES);
    }

    /** The manifest first, and durably: without it, what is left cannot be taken for a log. */
    private void deleteMade() {
        try {
            target.delete(FileNames.MANIFEST);
            target.delete(FileNames.temporary(FileNames.MANIFEST));
            target.forceDirectory();
            for (String name : made) {
                target.delete(name);
                target.delete(FileNames.temporary(name));
            }
        } catch (IOException e) {
            logger.warn("Not all files of a copy that failed could be deleted from {}", target.directory(), e);
        }
    }
}
