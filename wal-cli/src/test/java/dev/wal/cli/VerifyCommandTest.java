package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.cli.TestLogs.FrameAt;
import dev.wal.cli.Tool.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each exit code, and that the place of the damage is said. */
class VerifyCommandTest {
    @TempDir
    private Path directory;

    @Test
    void aSoundLogIsClean() {
        TestLogs.writeEverything(directory);

        Run run = Tool.run("verify", directory);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .startsWith("clean: ")
                .contains(directory.toString(), " records,");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aTornLogIsToldWithItsPlace(@TempDir Path scratch) throws IOException {
        Path log = directory.resolve("log");
        TestLogs.torn(log, scratch);
        FrameAt last = TestLogs.frames(log).stream().reduce((a, b) -> b).orElseThrow();

        Run run = Tool.run("verify", log);

        assertThat(run.exitCode()).isEqualTo(ExitCode.TORN);
        assertThat(run.out())
                .startsWith("torn: ")
                .contains(last.file().getFileName().toString(), "offset ");
        assertThat(run.lines().get(1)).startsWith("torn: ");
    }

    @Test
    void allDamageOfACorruptLogIsTold() throws IOException {
        TestLogs.commitRows(directory, 300);
        List<FrameAt> batches = TestLogs.batches(directory);
        FrameAt first = batches.get(30);
        FrameAt second = batches.get(200);
        TestLogs.flip(first.file(), first.offset() + 50);
        TestLogs.flip(second.file(), second.offset() + 70);

        Run run = Tool.run("verify", directory);

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(0))
                .startsWith("corrupt: " + first.file().getFileName() + ", offset " + first.offset() + ", position "
                        + first.position() + ", ");
        assertThat(run.lines().get(1))
                .startsWith("corrupt: " + second.file().getFileName() + ", offset " + second.offset() + ", position "
                        + second.position() + ", ");
        assertThat(run.lines().get(2)).startsWith("corrupt: ").contains(" 894 records");
    }

    @Test
    void aMissingSegmentIsCorruption() throws IOException {
        TestLogs.commitRows(directory, 300);
        Files.delete(TestLogs.segment(directory, 2));

        Run run = Tool.run("verify", directory);

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.out())
                .startsWith(
                        "corrupt: segment-0000000002.wal, offset 0, position 16384, 16384 bytes: the file is missing");
    }

    @Test
    void aMissingOrDamagedManifestIsCorruption() throws IOException {
        TestLogs.commitRows(directory, 1);
        Path manifest = directory.resolve("wal.manifest");
        TestLogs.flip(manifest, 30);

        Run damaged = Tool.run("verify", directory);
        Files.delete(manifest);
        Run missing = Tool.run("verify", directory);

        assertThat(damaged.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(damaged.err().lines())
                .singleElement()
                .asString()
                .startsWith("wal-cli: Manifest ")
                .contains("damaged");
        assertThat(missing.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(missing.err().lines()).singleElement().asString().contains("wal.manifest is missing");
    }

    @Test
    void whereThereIsNoLogThatIsSaid() {
        Run empty = Tool.run("verify", directory);
        Run none = Tool.run("verify", directory.resolve("nowhere"));

        assertThat(empty.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(empty.err().lines()).singleElement().asString().contains("There is no log in");
        assertThat(none.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(none.err().lines()).singleElement().asString().contains("There is no directory");
    }

    @Test
    void aLaterFormatIsNotCalledDamage() throws IOException {
        TestLogs.commitRows(directory, 1);
        Path manifest = directory.resolve("wal.manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[8] = 2;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) checksum.getValue());
        Files.write(manifest, bytes);

        Run run = Tool.run("verify", directory);

        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(run.err().lines()).singleElement().asString().contains("format version 2", "Use a newer program");
    }

    @Test
    void aLogThatIsInUseIsReadToItsDurablePosition() {
        try (WalManager wal = TestLogs.open(directory)) {
            TestLogs.commitRow(wal, 1);

            Run run = Tool.run("verify", directory);

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("the log is in use");
            // The owner has kept the directory.
            TestLogs.commitRow(wal, 2);
            assertThat(Tool.run("verify", directory).out()).contains("the log is in use");
        }
        assertThat(Tool.run("verify", directory).out()).doesNotContain("the log is in use");
    }

    @Test
    void nothingInTheDirectoryIsChanged() throws IOException {
        TestLogs.commitRows(directory, 100);
        Files.delete(directory.resolve("wal.lock"));
        List<String> before = Fingerprints.of(directory);

        Tool.run("verify", directory);
        Tool.run("dump", directory);
        Tool.run("stats", directory);

        assertThat(Fingerprints.of(directory)).isEqualTo(before);
    }
}
