package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.TargetUnreachableException;
import dev.wal.common.WalCorruptedException;
import dev.wal.log.FrameVisitor;
import dev.wal.log.LogIdentity;
import dev.wal.log.LogScan;
import dev.wal.log.LogScanner;
import dev.wal.segment.Frame;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a log as another one was at an earlier moment. The other one is only read.
 *
 * <p>For each partition it takes the newest checkpoint that is not behind the moment, or none if the log still has all records of the partition. Damage of the log behind the moment
 * does not matter.
 */
public final class PointInTime {
    private final Storage source;
    private final RecoveryTarget moment;
    private final Manifest manifest;
    private boolean hasFaultySegment;

    /** Looks for the first frame that does not belong to the copy: there it ends. */
    private static final class Included implements FrameVisitor {
        private final RecoveryTarget moment;
        private final long[] firstLsns;
        private boolean any;
        private long behind = -1;

        private Included(RecoveryTarget moment, int partitions) {
            this.moment = moment;
            this.firstLsns = new long[partitions];
            Arrays.fill(firstLsns, -1);
        }

        @Override
        public void frame(Frame frame) {
            if (behind < 0) {
                boolean isIncluded = moment.includes(frame.position(), frame.commitTimeMicros());
                any |= isIncluded;
                behind = isIncluded ? -1 : frame.position();
            }
            for (int entry = 0; entry < frame.entries(); entry++) {
                if (firstLsns[frame.partition(entry)] < 0) {
                    firstLsns[frame.partition(entry)] = frame.firstLsn(entry);
                }
            }
        }
    }

    /** Looks for the first frame behind which a copy could end. */
    private static final class Earliest implements FrameVisitor {
        private final long leastEnd;
        private boolean found;
        private long position = -1;
        private long commitTimeMicros;

        private Earliest(long leastEnd) {
            this.leastEnd = leastEnd;
        }

        @Override
        public void frame(Frame frame) {
            // A copy that ends behind a frame ends where the next one begins.
            found = found || (position >= 0 && frame.position() >= leastEnd);
            if (!found) {
                position = frame.position();
                commitTimeMicros = frame.commitTimeMicros();
            }
        }
    }

    private PointInTime(Storage source, RecoveryTarget moment, Manifest manifest) {
        this.source = source;
        this.moment = moment;
        this.manifest = manifest;
    }

    /**
     * Makes the log.
     *
     * @param source that nobody writes to meanwhile
     * @throws TargetUnreachableException if the moment is too long ago
     * @throws WalCorruptedException if the source is damaged before the moment
     * @throws IllegalArgumentException if the target is not empty
     */
    public static CopyReport recover(Storage source, Storage target, RecoveryTarget moment) throws IOException {
        Manifest manifest = new ManifestStore(source)
                .read()
                .orElseThrow(() -> new WalCorruptedException("There is no log in " + source.directory() + ": file "
                        + FileNames.MANIFEST + " is missing. Name the directory of a log."));
        return new PointInTime(source, moment, manifest).recover(target);
    }

    private CopyReport recover(Storage target) throws IOException {
        Included included = new Included(moment, manifest.partitions().size());
        LogScan scan;
        try {
            scan = scan(included);
        } catch (WalCorruptedException fault) {
            // A segment behind the moment is not needed.
            hasFaultySegment = true;
            included = new Included(moment, manifest.partitions().size());
            scan = scan(included);
            if (included.behind < 0) {
                throw fault;
            }
        }
        boolean isKnown = included.behind >= 0 || !moment.includes(scan.end(), scan.commitTimeMicros());
        if (scan.verdict() == TailVerdict.CORRUPT && !isKnown) {
            throw new WalCorruptedException("The log in " + source.directory() + " cannot be recovered to " + moment
                    + ": it is corrupt at position " + scan.end() + " (file "
                    + source.directory().resolve(scan.endFile()) + ", offset " + scan.endOffset()
                    + "). Nothing was written. Recover to a moment before, at the latest "
                    + Times.instant(scan.commitTimeMicros()) + " or a position below " + scan.end()
                    + ", or from a backup.");
        }
        long leastEnd = leastEnd(scan, included);
        if (scan.end() < leastEnd) {
            throw new WalCorruptedException("The log in " + source.directory() + " ends at position " + scan.end()
                    + ", before its checkpoint at " + leastEnd + ". Nothing was written. Recover from a backup.");
        }
        long end = end(scan, included);
        if (end < leastEnd) {
            throw unreachable(leastEnd);
        }
        List<Manifest.Partition> partitions = new ArrayList<>();
        for (int i = 0; i < manifest.partitions().size(); i++) {
            List<PartitionCheckpoint> reached = manifest.partitions().get(i).checkpoints().stream()
                    .filter(checkpoint -> checkpoint.position() <= end)
                    .toList();
            // LSNs that the source has used already are not used again.
            partitions.add(new Manifest.Partition(scan.nextLsns().of(i), reached));
        }
        Manifest then = new Manifest(
                manifest.logId(), manifest.incarnation(), manifest.firstSegment(), manifest.mark(), partitions);
        return new LogCopy(source, target).copy(then, scan.headers(), end, List.of());
    }

    /** Where the copy ends, −1 if that was dropped. */
    private long end(LogScan scan, Included included) {
        if (included.behind < 0) {
            return scan.end();
        }
        return included.any || isWhole(scan, included) ? included.behind : -1;
    }

    /** The log must go at least so far for every partition to be whole. */
    private long leastEnd(LogScan scan, Included included) {
        long least = 0;
        for (int i = 0; i < manifest.partitions().size(); i++) {
            if (!isWhole(i, scan, included)) {
                List<PartitionCheckpoint> checkpoints =
                        manifest.partitions().get(i).checkpoints();
                least = Math.max(least, checkpoints.get(checkpoints.size() - 1).position());
            }
        }
        return least;
    }

    private boolean isWhole(LogScan scan, Included included) {
        return IntStream.range(0, manifest.partitions().size()).allMatch(i -> isWhole(i, scan, included));
    }

    /**
     * Whether the segments hold every record of a partition. That the first segment is there does not mean it: a log that was made of a damaged one begins with snapshots, at position 0. A partition without a checkpoint has dropped
     * nothing.
     */
    private boolean isWhole(int partition, LogScan scan, Included included) {
        return manifest.partitions().get(partition).checkpoints().isEmpty()
                || included.firstLsns[partition] == 0
                || scan.nextLsns().of(partition) == 0;
    }

    private TargetUnreachableException unreachable(long leastEnd) throws IOException {
        Earliest earliest = new Earliest(leastEnd);
        scan(earliest);
        return new TargetUnreachableException(
                "The log in " + source.directory() + " cannot be recovered to " + moment
                        + ": checkpoints have dropped what would be needed. The earliest that can be reached is position "
                        + earliest.position + ", time " + Times.instant(earliest.commitTimeMicros)
                        + ". Nothing was written. Choose a later moment, or recover from an older backup.",
                earliest.position,
                Times.instant(earliest.commitTimeMicros));
    }

    private LogScan scan(FrameVisitor visitor) throws IOException {
        LogIdentity identity =
                new LogIdentity(manifest.logId(), manifest.partitions().size());
        int first = manifest.firstSegment();
        return hasFaultySegment
                ? LogScanner.scanUpToFault(source, identity, first, manifest.mark(), manifest.nextLsns(), visitor)
                : LogScanner.scan(source, identity, first, manifest.mark(), manifest.nextLsns(), visitor);
    }
}
