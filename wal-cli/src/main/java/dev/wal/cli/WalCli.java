package dev.wal.cli;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entry. */
@Command(
        name = "wal-cli",
        mixinStandardHelpOptions = true,
        version = "wal-cli 0.1.0, format version 1",
        description = {
            "Looks into a write-ahead log, verifies it, and saves what is readable of a damaged one.",
            "",
            "All commands only read DIRECTORY, the directory with wal.manifest in it. They take no lock, so that"
                    + " they may be used while a service has the log open; they then read up to the position that was durable"
                    + " when they began, and say nothing about what lies above it."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DumpCommand.class,
            VerifyCommand.class,
            StatsCommand.class,
            SalvageCommand.class,
            HelpCommand.class
        },
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.UNREADABLE,
        exitCodeListHeading = "%nExit codes (of every command):%n",
        exitCodeList = {
            "0:the log is clean",
            "10:the log ends in a torn write: an interrupted write that was never forced",
            "20:the log is corrupt: bytes that were once forced, or files, are damaged or missing",
            "30:the log was not read: there is none, a newer program wrote it, an I/O error, also of the output, or a fault of this program",
            "64:the command line is wrong"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -jar wal-cli.jar verify data/wal",
            "      says whether the log is sound, and if not, where it is damaged",
            "  java -jar wal-cli.jar dump --table=accounts --partition=2 data/wal",
            "      lists what was written to a table in a partition",
            "  java -jar wal-cli.jar dump --format=json data/wal | jq .lsn",
            "      one JSON object a record, for other programs",
            "  java -jar wal-cli.jar stats data/wal",
            "      records, transactions and bytes by partition and segment, and snapshots",
            "  java -jar wal-cli.jar salvage data/wal data/wal-salvaged",
            "      copies what is readable of a damaged log into a new one",
            "",
            "`wal-cli help COMMAND` explains a command."
        })
public final class WalCli {

    WalCli() {}

    public static void main(String[] arguments) {
        System.exit(run(
                new FileOutputStream(FileDescriptor.out),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                arguments));
    }

    /** Runs a command, and returns its exit code. What it printed has arrived, or the exit code says that it has not. */
    static int run(OutputStream standardOutput, PrintWriter errors, String... arguments) {
        try {
            CheckedOutput output = new CheckedOutput(standardOutput);
            PrintWriter out =
                    new PrintWriter(new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8)), false);
            int exitCode = commandLine().setOut(out).setErr(errors).execute(arguments);
            out.flush();
            Optional<IOException> failure = output.failure();
            if (failure.isEmpty()) {
                return exitCode;
            }
            if (!CheckedOutput.isClosedPipe(failure.get())) {
                errors.println("wal-cli: the output could not be written, and is not complete: "
                        + failure.get().getMessage());
            }
        } catch (Throwable e) {
            errors.println("wal-cli: " + e);
        }
        return ExitCode.UNREADABLE;
    }

    static CommandLine commandLine() {
        return new CommandLine(new WalCli())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> report(failure, commandLine));
    }

    /** One line, and an exit code; what is not foreseen is a fault of this program, and is shown with its trace. */
    private static int report(Exception failure, CommandLine commandLine) throws Exception {
        commandLine.getOut().flush();
        if (failure instanceof OutputClosedException) {
            return ExitCode.UNREADABLE;
        }
        if (failure instanceof WalException
                || failure instanceof UncheckedIOException
                || failure instanceof RefusedException) {
            commandLine.getErr().println("wal-cli: " + failure.getMessage());
            return failure instanceof WalCorruptedException ? ExitCode.CORRUPT : ExitCode.UNREADABLE;
        }
        throw failure;
    }
}
