package dev.wal.cli;

import dev.wal.common.WalException;
import dev.wal.log.Survey;
import dev.wal.recovery.LogInspector;
import dev.wal.segment.TailVerdict;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies what is readable of a log into a new one. */
@Command(
        name = "salvage",
        mixinStandardHelpOptions = true,
        description = {
            "Copies what can be read of a damaged log into a new one: snapshots, and every committed transaction that is known"
                    + " to be whole, in commit order and with its commit time. Lists what cannot be read and what was left out.",
            "",
            "The source is not changed. The new log has another id, and positions, LSNs and ids of the engine's transactions of its own;"
                    + " it opens in every recovery mode, STRICT included. Nobody may have the source open."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  wal-cli salvage data/wal data/wal-salvaged",
            "",
            "Exit codes: 0 the source was clean; 10 it was torn; 20 it was corrupt or a transaction was left out, also one that is"
                    + " prepared, so that something may be missing. The new log is complete in these cases. 30 no new log was made: the source"
                    + " cannot be read or is in use, or the target is not empty; or the output could not be written. 64 wrong command line."
        },
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.UNREADABLE)
final class SalvageCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The DIRECTORY of the damaged log.")
    private Path source = Path.of(".");

    @Parameters(
            index = "1",
            paramLabel = "TARGET",
            description = "The directory of the new log; must be missing or empty.")
    private Path target = Path.of(".");

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LogInspector inspector = LogDirectory.inspector(source);
        if (inspector.isInUse()) {
            throw new RefusedException("The log in " + inspector.storage().directory()
                    + " is in use. Stop its owner first: of a log that changes, nothing whole can be copied.");
        }
        TargetDirectory directory = new TargetDirectory(target);
        Salvage salvage = new Salvage(inspector, directory.incomplete(), out);
        Survey survey;
        try {
            survey = salvage.run();
        } catch (WalException | UncheckedIOException | RefusedException e) {
            throw new RefusedException("No new log was made. " + e.getMessage() + directory.discard());
        }
        directory.complete();
        if (survey.verdict() == TailVerdict.TORN) {
            Findings.printEnd(survey, out);
        }
        out.println("copied " + salvage.transactions() + " transactions with " + salvage.changes() + " changes and "
                + salvage.snapshots() + " snapshots into "
                + target.toAbsolutePath().normalize());
        return salvage.isDamaged() ? ExitCode.CORRUPT : ExitCode.of(survey.verdict());
    }
}
