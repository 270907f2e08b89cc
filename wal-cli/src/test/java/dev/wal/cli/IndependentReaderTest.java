package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wal.WalManager;
import dev.wal.cli.TestLogs.FrameAt;
import dev.wal.cli.Tool.Run;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A reader in another language, written after docs/format.md alone, lists what this tool lists and judges as it judges.
 */
class IndependentReaderTest {
    private static final Path READER = Path.of("src/test/python/read_log.py");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path directory;

    @BeforeAll
    static void findPython() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3")));
        assumeTrue(found, "python3 is not on the PATH: the independent reader cannot be run");
    }

    private Run read(Path log) throws IOException, InterruptedException {
        Path out = directory.resolve("out.jsonl");
        Path err = directory.resolve("err.txt");
        Process process = new ProcessBuilder("python3", READER.toAbsolutePath().toString(), log.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int exitCode = process.waitFor();
        return new Run(
                exitCode, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private void assertSame(Path log, int exitCode) throws Exception {
        Run independent = read(log);
        Run own = Tool.run("dump", "--format=json", log.toString());

        assertThat(independent.exitCode()).as(independent.err()).isEqualTo(exitCode);
        assertThat(own.exitCode()).as(own.err()).isEqualTo(exitCode);
        assertThat(Tool.run("verify", log).exitCode()).isEqualTo(exitCode);
        List<JsonNode> expected = own.lines().stream().map(JSON::readTree).toList();
        assertThat(independent.lines().stream().map(JSON::readTree).toList()).isEqualTo(expected);
    }

    private Path log() {
        return directory.resolve("log");
    }

    @Test
    void aLogWithEveryTypeOfRecordIsReadAlike() throws Exception {
        TestLogs.writeEverything(log());

        assertSame(log(), 0);
        assertThat(Tool.run("dump", log()).lines()).hasSizeGreaterThan(40);
    }

    @Test
    void aLogOfSeveralSegmentsIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 400);

        assertSame(log(), 0);
        assertThat(TestLogs.segments(log())).hasSizeGreaterThan(4);
    }

    @Test
    void aLogWithCheckpointsAndSegmentsThatWereUsedAgainIsReadAlike() throws Exception {
        try (WalManager wal = TestLogs.open(log())) {
            for (int row = 0; row < 900; row++) {
                TestLogs.commitRow(wal, row);
                if (row % 200 == 199) {
                    wal.checkpointAll();
                }
            }
        }

        assertSame(log(), 0);
        assertThat(TestLogs.segment(log(), 1)).doesNotExist();
        assertThat(recycled(log()))
                .as("segments with frames of an earlier one behind their own")
                .isNotZero();
    }

    /** Segments that have bytes behind their last frame which are not zero. */
    private static long recycled(Path log) throws IOException {
        List<FrameAt> frames = TestLogs.frames(log);
        long count = 0;
        for (Path segment : TestLogs.segments(log)) {
            byte[] bytes = Files.readAllBytes(segment);
            int end = frames.stream()
                    .filter(frame -> frame.file().equals(segment))
                    .mapToInt(FrameAt::end)
                    .max()
                    .orElse(4096);
            for (int i = Math.min(bytes.length, end + 48); i < bytes.length; i++) {
                if (bytes[i] != 0) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    @Test
    void aTornLogIsReadAlike(@TempDir Path scratch) throws Exception {
        TestLogs.torn(log(), scratch);

        assertSame(log(), ExitCode.TORN);
    }

    @Test
    void aCorruptLogIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 200);
        FrameAt lost = TestLogs.batches(log()).get(120);
        TestLogs.flip(lost.file(), lost.offset() + 44);

        assertSame(log(), ExitCode.CORRUPT);
    }

    @Test
    void aLogThatWasCutAtAnyPlaceIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 40);
        List<FrameAt> frames = TestLogs.frames(log());
        for (int i = 0; i < frames.size(); i += 9) {
            Path cut = directory.resolve("cut-" + i);
            TestLogs.copy(log(), cut);
            FrameAt frame = frames.get(i);
            TestLogs.write(cut.resolve(frame.file().getFileName()), frame.offset() + 3, new byte[200]);

            assertSame(cut, ExitCode.CORRUPT);
        }
    }

    @Test
    void aManifestThatIsOlderThanTheLogIsDamageForBoth() throws Exception {
        TestLogs.commitRows(log(), 10);
        byte[] older = Files.readAllBytes(log().resolve("wal.manifest"));
        TestLogs.commitRows(log(), 10);
        Files.write(log().resolve("wal.manifest"), older);

        assertThat(read(log()).exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(Tool.run("verify", log()).exitCode()).isEqualTo(ExitCode.CORRUPT);
    }

    @Test
    void whereSegmentsAreMissingOrThereIsNoLogBothSaySo() throws Exception {
        TestLogs.commitRows(log(), 200);
        Files.delete(TestLogs.segment(log(), 2));

        assertThat(read(log()).exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(Tool.run("verify", log()).exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(read(directory).exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(Tool.run("verify", directory).exitCode()).isEqualTo(ExitCode.UNREADABLE);
    }
}
