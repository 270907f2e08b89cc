package dev.wal.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/** Runs the real command line in this process. */
final class Tool {
    private Tool() {}

    /** What a run printed, and what it returned. */
    record Run(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = WalCli.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }

    static Run run(String command, Path directory) {
        return run(command, directory.toString());
    }
}
