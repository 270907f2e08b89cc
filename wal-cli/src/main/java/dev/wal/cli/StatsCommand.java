package dev.wal.cli;

import dev.wal.checkpoint.Manifest;
import dev.wal.checkpoint.PartitionCheckpoint;
import dev.wal.common.RecoveryMode;
import dev.wal.log.Survey;
import dev.wal.recovery.LogInspector;
import dev.wal.segment.SegmentHeader;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Counts what is in a log. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = {
            "Counts records, committed transactions and bytes of a log, by partition and by segment, and lists checkpoints with their snapshots.",
            "",
            "Counts what is in the segments now, also what a checkpoint has made obsolete. A transaction over several partitions counts in each."
        },
        footerHeading = "%nExample:%n",
        footer = {"  wal-cli stats data/wal", "", ExitCode.SUMMARY},
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.UNREADABLE)
final class StatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogDirectory log = new LogDirectory();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LogInspector inspector = log.inspector();
        Manifest manifest = inspector.manifest();
        Statistics statistics = new Statistics();
        Survey survey = inspector.read(RecoveryMode.STRICT, statistics::add);

        out.println("log " + inspector.storage().directory() + (survey.inUse() ? " (in use)" : ""));
        out.printf(
                "id %016x, %d partitions, incarnation %d, durable position %d, read up to position %d%n",
                manifest.logId(), manifest.partitions().size(), manifest.incarnation(), survey.durable(), survey.end());
        printPartitions(out, manifest, statistics);
        printSegments(out, survey, statistics);
        printCheckpoints(out, manifest);
        out.flush();
        Findings.printEnd(survey, spec.commandLine().getErr());
        return ExitCode.of(survey.verdict());
    }

    private static void printPartitions(PrintWriter out, Manifest manifest, Statistics statistics) {
        out.println();
        out.printf(
                "%9s %12s %12s %12s %12s %12s %14s%n",
                "partition", "records", "committed", "rolled back", "first LSN", "last LSN", "bytes");
        for (int partition = 0; partition < manifest.partitions().size(); partition++) {
            Statistics.OfPartition found = statistics.partition(partition);
            out.printf(
                    "%9d %12d %12d %12d %12s %12s %14d%n",
                    partition,
                    found.records(),
                    found.committed(),
                    found.rolledBack(),
                    found.records() == 0 ? "-" : Long.toString(found.firstLsn()),
                    found.records() == 0 ? "-" : Long.toString(found.lastLsn()),
                    found.bytes());
        }
    }

    private static void printSegments(PrintWriter out, Survey survey, Statistics statistics) {
        out.println();
        out.printf("%9s %14s %14s %12s %14s%n", "segment", "position", "size", "records", "record bytes");
        for (SegmentHeader segment : survey.segments()) {
            Statistics.OfSegment found = statistics.segment(segment.number());
            out.printf(
                    "%9d %14d %14d %12d %14d%n",
                    segment.number(), segment.basePosition(), segment.size(), found.records(), found.bytes());
        }
    }

    private static void printCheckpoints(PrintWriter out, Manifest manifest) {
        out.println();
        out.printf(
                "%9s %12s %14s %14s  %-27s %s%n", "partition", "LSN", "position", "redo position", "time", "snapshot");
        for (int partition = 0; partition < manifest.partitions().size(); partition++) {
            for (PartitionCheckpoint checkpoint :
                    manifest.partitions().get(partition).checkpoints()) {
                out.printf(
                        "%9d %12d %14d %14d  %-27s %s%n",
                        partition,
                        checkpoint.lsn(),
                        checkpoint.position(),
                        checkpoint.redoPosition(),
                        TextRecords.time(checkpoint.timeMicros()),
                        checkpoint.hasSnapshot() ? checkpoint.snapshot() : "- (kept by the application)");
            }
        }
    }
}
