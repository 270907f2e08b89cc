package dev.wal.cli;

import dev.wal.common.RecoveryMode;
import dev.wal.log.Survey;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists records. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the records of a log in the order in which they were written, up to its end or the first damage.",
            "",
            "A line of text has: position of the batch, its commit time, partition:LSN, transaction (- for none), and"
                    + " the record. JSON has all of it: see docs/cli.md. Row contents are shown, so treat the output as you treat the data."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  wal-cli dump data/wal                                everything, as text",
            "  wal-cli dump --partition=0 --lsn=100..120 data/wal   some LSNs of one partition",
            "  wal-cli dump --transaction=42 data/wal               what a transaction wrote, and how it ended",
            "  wal-cli dump --table=accounts --format=json data/wal one JSON object a line",
            "",
            ExitCode.SUMMARY
        },
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.UNREADABLE)
final class DumpCommand implements Callable<Integer> {
    private static final int LINES_BETWEEN_CHECKS = 1024;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogDirectory log = new LogDirectory();

    @Mixin
    private RecordFilter filter = new RecordFilter();

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How records are listed; default ${DEFAULT-VALUE}.")
    private RecordFormat format = RecordFormat.TEXT;

    private int lines;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Survey survey = log.inspector().read(RecoveryMode.STRICT, record -> {
            if (filter.accepts(record)) {
                out.println(format.line(record));
                if (++lines % LINES_BETWEEN_CHECKS == 0 && out.checkError()) {
                    throw new OutputClosedException();
                }
            }
        });
        out.flush();
        Findings.printEnd(survey, spec.commandLine().getErr());
        return ExitCode.of(survey.verdict());
    }
}
