package dev.wal.cli;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.log.Survey;
import dev.wal.log.UnreadableRange;
import dev.wal.recovery.CommittedTransaction;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.SalvageVisitor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
        try (NewLog log = NewLog.open(target, manifest.partitions().size())) {
            Survey survey = source.salvage(fromPositions, new Copier(log));
            log.finish();
            return survey;
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
            out.println("left out: transaction " + transactionId + " of partition " + partition + ", position "
                    + position + ": it is prepared, and its outcome was never decided");
        }

        @Override
        public void unreadable(UnreadableRange range) {
            report(Findings.of(range));
        }
    }
}
