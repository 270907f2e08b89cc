package dev.wal.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an application says that is started with a bad value of a property. */
@ExtendWith(OutputCaptureExtension.class)
class WalPropertiesFailureTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wal.directory | '' | must be the path of a directory",
                "wal.directory | a\0b | must be the path of a directory",
                "wal.partitions | 0 | from 1 to 65535",
                "wal.partitions | 65536 | from 1 to 65535",
                "wal.lock-wait | -1s | cannot be negative",
                "wal.map.lock-timeout | -1s | cannot be negative",
                "wal.durability.max-batch-size | 0 | at least 1 record",
                "wal.durability.max-wait | -1ms | from 0 s to 60 s",
                "wal.durability.max-wait | 61s | from 0 s to 60 s",
                "wal.durability.interval | 0ms | at least 1 ms",
                "wal.segment.size | 8KB | from 16KB to 1GB",
                "wal.segment.size | 2GB | from 16KB to 1GB",
                "wal.segment.size | 65537B | a multiple of 4KB",
                "wal.transaction.max-size | 1023B | from 1KB to 1GB",
                "wal.transaction.max-size | 2GB | from 1KB to 1GB",
                "wal.max-disk | 100KB | at least two segments",
                "wal.checkpoint.max-log-size | 10KB | at least 65536 bytes",
                "wal.checkpoint.interval | 0s | at least 1 s",
                "wal.checkpoint.interval | P106752D | at most 292 years",
                "wal.listener.tries | 0 | at least 1 time",
                "wal.listener.first-wait | 0ms | longer than 0",
                "wal.listener.wait-multiplier | 0 | from 1 on",
                "wal.listener.longest-wait | 1ms | at least wal.listener.first-wait",
                "wal.listener.stop-timeout | -1s | cannot be negative",
                "wal.listener.max-retained | -1B | cannot be negative",
                "wal.listener.max-lag | -1B | cannot be negative"
            })
    void aValueOutOfItsRangeIsNamedWithItsProperty(
            String property, String value, String reason, CapturedOutput output) {
        String elsewhere =
                property.equals("wal.directory") ? "wal.partitions=1" : "wal.directory=" + directory.resolve("log");

        String analysis = FailedStart.analysis(output, List.of(), elsewhere, property + "=" + value);

        assertThat(analysis).contains("'" + property + "'", reason);
        assertThat(directory.resolve("log")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wal.partitions | many",
                "wal.lock-wait | soon",
                "wal.durability.level | fast",
                "wal.durability.max-batch-size | 1.5",
                "wal.durability.interval | often",
                "wal.segment.size | large",
                "wal.recovery.mode | salvage",
                "wal.transaction.max-size | 8XB",
                "wal.max-disk | all"
            })
    void aValueOfAnotherTypeIsNamedWithItsProperty(String property, String value, CapturedOutput output) {
        String analysis = FailedStart.analysis(
                output, List.of(), "wal.directory=" + directory.resolve("log"), property + "=" + value);

        assertThat(analysis).contains("Property: " + property, "Value: \"" + value + "\"", "Reason:");
        assertThat(directory.resolve("log")).doesNotExist();
    }

    @Test
    void levelsThatExistAreListedWhereOneDoesNot(CapturedOutput output) {
        String analysis = FailedStart.analysis(output, List.of(), "wal.durability.level=fast");

        assertThat(analysis).contains("GROUP_COMMIT", "NO_SYNC", "PERIODIC", "SYNCHRONOUS");
    }

    @Test
    void aFileOfPropertiesIsNamedAsTheOrigin(CapturedOutput output) throws Exception {
        Path file = Files.writeString(directory.resolve("application.properties"), "\nwal.partitions=0\n");

        String analysis = FailedStart.analysis(output, List.of(), "spring.config.location=" + file);

        assertThat(analysis).contains("'wal.partitions'", file.getFileName().toString(), "2:");
    }
}
