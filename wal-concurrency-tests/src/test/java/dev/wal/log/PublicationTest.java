package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the {@code *Stress} classes: what one thread has written is seen by another, with the compilers and the memory of this machine. */
class PublicationTest {
    private static final List<String> EFFORT =
            List.of(System.getProperty("stress.effort").split(" "));
    private static final long PATIENCE_MINUTES = 60;

    @Test
    void whatABatchTellsIsPublishedAndFailuresAndCommitsMeetInOrder(@TempDir Path directory)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-c", "2", "-jvmArgs", "-Xmx256m", "-t", "dev.wal.log.*Stress", "-v"));
        command.addAll(List.of("-r", directory.resolve("report").toString()));
        command.addAll(EFFORT);
        File output = directory.resolve("output.txt").toFile();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output.toPath()))
                .contains(
                        "Failed tests: No matches",
                        "Error tests: No matches",
                        "[OK] " + CompletedBatchStress.class.getName(),
                        "[OK] " + QueuedBatchStress.class.getName(),
                        "[OK] " + AsyncOutcomeStress.class.getName(),
                        "[OK] " + FirstFailureStress.class.getName(),
                        "[OK] " + CommitStress.class.getName());
    }
}
