package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.cli.TestLogs.FrameAt;
import dev.wal.cli.Tool.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users run it, as a process of its own. */
class RunnableJarIT {
    private static final Path JAR = Path.of("target/wal-cli.jar");

    @TempDir
    private Path directory;

    private Run java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        int exitCode = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Run(
                exitCode, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void aLogIsVerifiedListedCountedAndSalvaged() throws Exception {
        Path log = directory.resolve("log");
        TestLogs.writeEverything(log);

        assertThat(java("verify", log.toString()).exitCode()).isZero();
        Run dumped = java("dump", "--format=json", log.toString());
        assertThat(dumped.out())
                .isEqualTo(Tool.run("dump", "--format=json", log.toString()).out());
        assertThat(dumped.err()).isEmpty();
        assertThat(java("stats", log.toString()).out()).contains("partition");
        Path target = directory.resolve("target");
        assertThat(java("salvage", log.toString(), target.toString()).exitCode())
                .as("a transaction that is prepared was left out")
                .isEqualTo(ExitCode.CORRUPT);
        assertThat(java("verify", target.toString()).out()).startsWith("clean: ");
    }

    @Test
    void damageIsToldByExitCodeAndErrorsInOneLine() throws Exception {
        Path log = directory.resolve("log");
        TestLogs.commitRows(log, 50);
        FrameAt lost = TestLogs.batches(log).get(10);
        TestLogs.flip(lost.file(), lost.offset() + 20);

        assertThat(java("verify", log.toString()).exitCode()).isEqualTo(ExitCode.CORRUPT);
        Run none = java("verify", directory.resolve("nowhere").toString());
        assertThat(none.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(none.err().lines()).hasSize(1);
        assertThat(java("dump").exitCode()).isEqualTo(64);
        assertThat(java("--help").out()).contains("java -jar wal-cli.jar verify");
    }

    @Test
    @Timeout(120)
    void aLogOfAnotherProcessIsReadWhileItIsWrittenToAndStaysItsOwn() throws Exception {
        Path log = directory.resolve("log");
        try (WalManager wal = TestLogs.open(log);
                WriteLoad load = new WriteLoad(wal)) {
            load.awaitCommits(100);
            for (int i = 0; i < 4; i++) {
                Run run = java("verify", log.toString());
                assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
                assertThat(run.out()).contains("in use");
                load.awaitCommits(10);
            }
            assertThat(java(
                                    "salvage",
                                    log.toString(),
                                    directory.resolve("target").toString())
                            .exitCode())
                    .isEqualTo(ExitCode.UNREADABLE);
        }
        assertThat(java("verify", log.toString()).out()).startsWith("clean: ").doesNotContain("in use");
    }
}
