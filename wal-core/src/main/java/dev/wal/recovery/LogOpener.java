package dev.wal.recovery;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.ManifestStore;
import dev.wal.common.EventKeys;
import dev.wal.common.PartitionCountMismatchException;
import dev.wal.common.RecoveryMode;
import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import dev.wal.common.WalLimitException;
import dev.wal.common.WalSpaceException;
import dev.wal.log.Batch;
import dev.wal.log.Log;
import dev.wal.log.LogIdentity;
import dev.wal.log.LogRepair;
import dev.wal.log.LogScan;
import dev.wal.log.LogScanner;
import dev.wal.log.LogSettings;
import dev.wal.record.RecordEncoder;
import dev.wal.segment.TailVerdict;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log for writing, creating it in an empty directory. The steps, in order, are the table of contents of {@link #open()}; a failure in any leaves a
 * log that can be opened again.
 */
public final class LogOpener {
    private static final Logger logger = LoggerFactory.getLogger(LogOpener.class);

    private final Storage storage;
    private final ManifestStore manifests;
    private final int partitions;
    private final RecoveryMode mode;
    private final LogSettings settings;

    /** @param storage locked by the caller */
    public LogOpener(Storage storage, int partitions, RecoveryMode mode, LogSettings settings) {
        this.storage = storage;
        this.manifests = new ManifestStore(storage);
        this.partitions = partitions;
        this.mode = mode;
        this.settings = settings;
    }

    /**
     * Opens the log.
     *
     * @throws WalCorruptedException if it is damaged, and the mode refuses that
     * @throws WalFormatException if a later version wrote it
     * @throws PartitionCountMismatchException if it has another number of partitions
     */
    public OpenedLog open() throws IOException {
        long start = settings.nanoTime().getAsLong();
        deleteTemporaryFiles();
        Manifest manifest = readOrCreateManifest();
        boolean created = manifest.incarnation() == 0;
        if (created) {
            createFirstSegment(manifest);
        }
        LogIdentity identity = new LogIdentity(manifest.logId(), partitions);
        TransactionTracker tracker = new TransactionTracker(partitions);
        LogScan scan = LogScanner.scan(
                storage, identity, manifest.firstSegment(), manifest.mark(), manifest.nextLsns(), tracker);
        refuseOlderManifest(manifest, scan);
        TailVerdict.Action action = decide(scan);

        List<Integer> ahead = partitionsAhead(manifest, scan);
        // Durable before anything of this incarnation is written.
        Manifest next = manifest.nextIncarnation(scan.end(), scan.nextLsns().toArray());
        manifests.write(next);
        LogRepair.Cut cut = action == TailVerdict.Action.CUT
                ? new LogRepair(storage, scan).cut(next.incarnation())
                : LogRepair.Cut.NONE;
        LogScan repaired = action == TailVerdict.Action.CUT ? scan.withoutSegmentsBehindEnd() : scan;
        LogRepair ready = new LogRepair(storage, repaired);
        ready.removeBehindSpare();
        ready.restoreLengths();
        ready.rewriteUnmarked();
        deleteLeftOvers(next);
        Log log = Log.start(storage, identity, settings, next.incarnation(), repaired);
        try {
            rollBack(log, tracker);
        } catch (Throwable e) {
            log.close();
            throw e;
        }
        Duration duration = Duration.ofNanos(settings.nanoTime().getAsLong() - start);
        RecoveryReport report = new RecoveryReport(
                created,
                tracker.transactions(),
                scan.verdict(),
                scan.bytesRead(),
                cut.bytes(),
                cut.files(),
                ahead,
                List.of(),
                duration,
                tracker.partitions());
        return new OpenedLog(log, next, report, tracker.inDoubt());
    }

    /** Partitions whose snapshot holds commits that are given up with the damaged part of the log. */
    private List<Integer> partitionsAhead(Manifest manifest, LogScan scan) {
        List<Integer> ahead = IntStream.range(0, partitions)
                .filter(partition -> manifest.partitions().get(partition).checkpoints().stream()
                        .limit(1)
                        .anyMatch(checkpoint -> checkpoint.hasSnapshot() && checkpoint.position() > scan.end()))
                .boxed()
                .toList();
        if (!ahead.isEmpty()) {
            logger.warn(
                    "Snapshots of partitions {} in {} are newer than what is left of the log. They are kept; transactions over"
                            + " these and other partitions that were given up are there in these alone",
                    ahead,
                    storage.directory());
        }
        return ahead;
    }

    private void deleteTemporaryFiles() throws IOException {
        for (String name : storage.list()) {
            if (FileNames.isTemporary(name)) {
                storage.delete(name);
            }
        }
    }

    private Manifest readOrCreateManifest() throws IOException {
        Optional<Manifest> existing = manifests.read();
        if (existing.isPresent()) {
            int actual = existing.get().partitions().size();
            if (actual != partitions) {
                throw new PartitionCountMismatchException(storage.directory().toString(), actual, partitions);
            }
            return existing.get();
        }
        List<String> files = storage.list().stream()
                .filter(name -> FileNames.segmentNumber(name).isPresent() || FileNames.isSnapshot(name))
                .toList();
        if (!files.isEmpty()) {
            throw new WalCorruptedException("Manifest " + storage.directory().resolve(FileNames.MANIFEST)
                    + " is missing, but there are files of a log (" + files.get(0)
                    + "). Restore the manifest from a backup; no new log is created over an old one.");
        }
        Manifest manifest = Manifest.initial(newLogId(), partitions);
        manifests.write(manifest);
        return manifest;
    }

    private static long newLogId() {
        long id = new SecureRandom().nextLong();
        return id == 0 ? 1 : id;
    }

    /** No open was finished yet, so that nothing can have been written. */
    private void createFirstSegment(Manifest manifest) throws IOException {
        boolean exists = storage.list().stream().map(FileNames::segmentNumber).anyMatch(OptionalInt::isPresent);
        if (!exists) {
            Log.create(storage, new LogIdentity(manifest.logId(), partitions), settings.segmentSize());
        }
    }

    /** An incarnation is in the manifest before anything of it is in the log. One that was used would be used again, and its frames would not be accepted. */
    private void refuseOlderManifest(Manifest manifest, LogScan scan) {
        if (scan.incarnation() > manifest.incarnation()) {
            throw new WalCorruptedException(
                    "Manifest " + storage.directory().resolve(FileNames.MANIFEST)
                            + " is older than the log: it knows " + manifest.incarnation() + " opens, but file "
                            + scan.endFile() + " has batches of open " + scan.incarnation()
                            + ". It was replaced by an earlier copy. Nothing was changed. Restore the manifest that belongs to these segments.");
        }
    }

    private TailVerdict.Action decide(LogScan scan) {
        TailVerdict.Action action = scan.verdict().actionIn(mode);
        String place =
                "position " + scan.end() + " (file " + storage.directory().resolve(scan.endFile()) + ", offset "
                        + scan.endOffset() + "; next LSN by partition " + nextLsns(scan) + ")";
        if (action == TailVerdict.Action.REFUSE) {
            throw new WalCorruptedException(
                    switch (scan.verdict()) {
                        case CORRUPT ->
                            "The log is corrupt at " + place
                                    + ": bytes that were once forced to the disk cannot be read any more; "
                                    + scan.framesBehind() + " readable batches lie behind them. Nothing was changed."
                                    + " Restore the directory from a backup, or open it in mode STOP_AT_DAMAGE, which gives up"
                                    + " everything behind that position and keeps its bytes aside.";
                        case TORN ->
                            "The log ends in a torn write at " + place
                                    + ", which mode " + mode + " refuses. Nothing was changed."
                                    + " Mode TOLERATE_TORN_TAIL cuts it; nothing that was forced is lost by that.";
                        case CLEAN -> throw new AssertionError("a clean log is refused in no mode");
                    });
        }
        if (action == TailVerdict.Action.CUT) {
            logger.atWarn()
                    .addKeyValue(EventKeys.DIRECTORY, storage.directory())
                    .addKeyValue(EventKeys.POSITION, scan.end())
                    .log(
                            "The log ends {} at {}; what lies behind is cut and kept aside",
                            scan.verdict() == TailVerdict.TORN ? "in a torn write" : "in corruption",
                            place);
        }
        return action;
    }

    private static String nextLsns(LogScan scan) {
        long[] lsns = scan.nextLsns().toArray();
        return java.util.Arrays.stream(lsns, 0, Math.min(8, lsns.length))
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", ", "[", lsns.length > 8 ? ", …]" : "]"));
    }

    /** Gives every transaction without an outcome one, so that no later record can join it. */
    private void rollBack(Log log, TransactionTracker tracker) {
        var losers = tracker.losers();
        if (losers.isEmpty()) {
            return;
        }
        try {
            losers.forEach((key, loser) -> log.append(rollbackOf(key, loser)));
        } catch (WalSpaceException | WalLimitException e) {
            logger.warn(
                    "Not all of {} transactions without an outcome in {} could be given a Rollback: there is no room."
                            + " They do not count all the same; the next open tries again",
                    losers.size(),
                    storage.directory(),
                    e);
        }
        log.sync();
    }

    private static Batch rollbackOf(TransactionKey key, TransactionTracker.Undecided loser) {
        Batch batch = new Batch(64, null);
        RecordEncoder encoder = new RecordEncoder(new BatchSink(batch));
        loser.partitions().forEach(partition -> encoder.rollback(key.transactionId(), partition));
        batch.holdsNothing();
        return batch;
    }

    /** Deletes segments and snapshots that the manifest no longer names: a crash came between its change and their deletion. */
    private void deleteLeftOvers(Manifest manifest) throws IOException {
        Set<String> named = manifest.partitions().stream()
                .flatMap(partition -> partition.checkpoints().stream())
                .map(checkpoint -> checkpoint.snapshot())
                .collect(Collectors.toSet());
        for (String name : storage.list()) {
            boolean oldSegment = FileNames.segmentNumber(name).orElse(Integer.MAX_VALUE) < manifest.firstSegment();
            boolean oldSnapshot = FileNames.isSnapshot(name) && !named.contains(name);
            if (oldSegment || oldSnapshot) {
                storage.delete(name);
            }
        }
    }
}
