package dev.wal.cli;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.WalCorruptedException;
import dev.wal.log.Survey;
import dev.wal.log.UnreadableRange;
import dev.wal.recovery.CommittedTransaction;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.SalvageVisitor;
import dev.wal.segment.Segment;
import dev.wal.storage.FileNames;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One run of salvage: from a damaged log into a new one. */
final class Salvage {
    private final LogInspector source;
    private final Path target;
    private final PrintWriter out;
    private long transactions;
    private long changes;
    private long snapshots;
    private boolean damaged;

    Salvage(LogInspector source, Path target, PrintWriter out) {
        this.source = source;
        this.target = target;
        this.out = out;
    }

    Survey run() {
        Manifest manifest = source.manifest();
        SnapshotFiles files = new SnapshotFiles(source);
        SnapshotFiles.Result verified = files.verify();
        verified.damages().forEach(this::report);
        List<Optional<PartitionCheckpoint>> bases = files.newestIntact(manifest);
        snapshots = bases.stream()
                .filter(base -> base.filter(PartitionCheckpoint::hasSnapshot).isPresent())
                .count();
        long[] fromPositions = bases.stream()
                .mapToLong(base -> base.map(PartitionCheckpoint::position).orElse(0L))
                .toArray();
        NewLog.create(source, manifest, bases, target);
        try (NewLog log = NewLog.open(target, manifest.partitions().size(), largestSegment())) {
            Survey survey = source.salvage(fromPositions, new Copier(log));
            if (survey.inUse()) {
                throw new RefusedException("The log in " + source.storage().directory()
                        + " was opened while it was copied. Stop the owner and begin again.");
            }
            log.finish();
            return survey;
        }
    }

    /** A record that fitted into a segment of the source must fit into one of the new log. */
    private OptionalLong largestSegment() {
        Storage storage = source.storage();
        OptionalLong largest = OptionalLong.empty();
        try {
            for (String name : storage.list()) {
                if (FileNames.segmentNumber(name).isPresent()) {
                    largest = OptionalLong.of(Math.max(largest.orElse(0), size(storage, name)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The log in " + storage.directory() + " cannot be read: " + e, e);
        }
        return largest.orElse(0) == 0 ? OptionalLong.empty() : largest;
    }

    private static long size(Storage storage, String name) throws IOException {
        try {
            return Segment.readHeader(storage, name).size();
        } catch (WalCorruptedException damagedHeader) {
            return 0;
        }
    }

    private void report(String damage) {
        damaged = true;
        out.println(damage);
    }

    long transactions() {
        return transactions;
    }

    long changes() {
        return changes;
    }

    long snapshots() {
        return snapshots;
    }

    /** Whether anything could not be read or was left out. */
    boolean isDamaged() {
        return damaged;
    }

    private final class Copier implements SalvageVisitor {
        private final NewLog log;

        private Copier(NewLog log) {
            this.log = log;
        }

        @Override
        public void committed(CommittedTransaction transaction) {
            changes += log.write(transaction);
            transactions++;
        }

        @Override
        public void leftOut(int partition, long transactionId, long position, String reason) {
            report("left out: transaction " + transactionId + " of partition " + partition + ", position " + position
                    + ": " + reason);
        }

        @Override
        public void inDoubt(int partition, long transactionId, long position) {
            report("left out: transaction " + transactionId + " of partition " + partition + ", position " + position
                    + ": it is prepared, and its outcome was never decided");
        }

        @Override
        public void unreadable(UnreadableRange range) {
            report(Findings.of(range));
        }
    }
}
