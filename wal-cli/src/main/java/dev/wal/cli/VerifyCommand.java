package dev.wal.cli;

import dev.wal.common.RecoveryMode;
import dev.wal.log.Survey;
import dev.wal.log.UnreadableRange;
import dev.wal.recovery.InspectionVisitor;
import dev.wal.recovery.LogInspector;
import dev.wal.recovery.LoggedRecord;
import dev.wal.segment.TailVerdict;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether a log is sound. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Reads every byte of a log and of its snapshots, and says whether it is clean, torn or corrupt, and where.",
            "",
            "A torn write is what a crash leaves of a write that was never forced: nothing is lost, and opening the"
                    + " log cuts it. Corruption is damage to bytes that were once forced to the disk, or to files that must be there.",
            "",
            "Of a log that is in use, what lies above the position that was durable at the beginning is not judged."
        },
        footerHeading = "%nExample:%n",
        footer = {"  wal-cli verify /backup/wal || echo 'do not rely on this backup'", "", ExitCode.SUMMARY},
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.UNREADABLE)
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogDirectory log = new LogDirectory();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LogInspector inspector = log.inspector();
        Counter counter = new Counter(out);
        Survey survey = inspector.read(RecoveryMode.SALVAGE, counter);
        if (survey.verdict() == TailVerdict.TORN) {
            Findings.printEnd(survey, out);
        }
        SnapshotFiles.Result snapshots = new SnapshotFiles(inspector).verify();
        snapshots.damages().forEach(out::println);
        boolean corrupt =
                survey.verdict() == TailVerdict.CORRUPT || !snapshots.damages().isEmpty();
        out.println((corrupt ? "corrupt" : survey.verdict().name().toLowerCase(java.util.Locale.ROOT)) + ": "
                + inspector.storage().directory() + ": " + survey.segments().size() + " segments, "
                + counter.records + " records, " + snapshots.intact() + " snapshots, read up to position "
                + survey.end() + (survey.inUse() ? ", the durable position; the log is in use" : ""));
        return corrupt ? ExitCode.CORRUPT : ExitCode.of(survey.verdict());
    }

    private static final class Counter implements InspectionVisitor {
        private final PrintWriter out;
        private long records;

        private Counter(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void record(LoggedRecord record) {
            records++;
        }

        @Override
        public void unreadable(UnreadableRange range) {
            out.println(Findings.of(range));
        }
    }
}
