package dev.wal.cli;

import dev.wal.recovery.LogInspector;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The log that a command is about. */
final class LogDirectory {
    @Parameters(paramLabel = "DIRECTORY", description = "The directory of the log, with wal.manifest in it.")
    private Path directory = Path.of(".");

    LogInspector inspector() {
        return inspector(directory);
    }

    static LogInspector inspector(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new RefusedException(
                    "There is no directory " + directory.toAbsolutePath().normalize());
        }
        return LogInspector.of(directory);
    }
}
