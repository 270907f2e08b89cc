package dev.wal.demo.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.FileSystemUtils;

/**
 * Kills the packaged application under load, again and again, and looks for transfers that were acknowledged and are gone, or are there twice. {@link CrashOptions} says how to make it
 * run for longer.
 */
class LedgerCrashIT {
    private static final CrashOptions OPTIONS = CrashOptions.fromSystemProperties();

    static Stream<String> levels() {
        return OPTIONS.levels().stream();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void whatWasAcknowledgedIsThereOnceAfterAKill(String level) throws Exception {
        Path jar = Path.of(System.getProperty("demo.jar"));
        Path home = emptyDirectory(jar.resolveSibling("crash").resolve(level));
        Path output = home.resolve("output.log");
        CrashRun run = new CrashRun(() -> LedgerProcess.start(jar, home, level, output), OPTIONS, level);
        try {
            run.run();
        } catch (Throwable e) {
            System.out.println(
                    "The last that the ledger printed (all in " + output + "):\n" + LedgerProcess.tail(output));
            throw e;
        } finally {
            System.out.println(run.summary());
        }
    }

    private static Path emptyDirectory(Path directory) throws IOException {
        FileSystemUtils.deleteRecursively(directory);
        return Files.createDirectories(directory);
    }
}
