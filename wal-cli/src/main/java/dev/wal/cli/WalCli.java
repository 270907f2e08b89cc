package dev.wal.cli;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalException;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
            "1:the log ends in a torn write: an interrupted write that was never forced",
            "2:the log is corrupt: bytes that were once forced, or files, are damaged or missing",
            "3:the log cannot be read: there is none, a newer program wrote it, or an I/O error",
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
        PrintWriter out = new PrintWriter(
                new BufferedWriter(
                        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)),
                false);
        int exitCode = commandLine().setOut(out).execute(arguments);
        out.flush();
        System.exit(exitCode);
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
