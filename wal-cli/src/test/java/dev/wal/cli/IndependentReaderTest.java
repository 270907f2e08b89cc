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
import java.util.TreeSet;
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
    private static final int FRAME_HEADER = 48;
    private static final Path READER = Path.of("src/test/python/read_log.py");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path directory;

    @BeforeAll
    static void findPython() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3")));
        String missing = "python3 is not on the PATH: the independent reader cannot be run";
        if ("true".equals(System.getenv("CI"))) {
            assertThat(found).as(missing).isTrue();
        }
        assumeTrue(found, missing);
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
    void aLogWithZerosInAnyFrameIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 40);
        List<FrameAt> frames = TestLogs.frames(log());
        for (int i = 0; i < frames.size(); i += 9) {
            Path zeroed = directory.resolve("zeroed-" + i);
            TestLogs.copy(log(), zeroed);
            FrameAt frame = frames.get(i);
            TestLogs.write(zeroed.resolve(frame.file().getFileName()), frame.offset() + 3, new byte[200]);

            assertSame(zeroed, ExitCode.CORRUPT);
        }
    }

    @Test
    void aLogThatWasCutAnywhereInAFrameIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 3);
        for (FrameAt frame : TestLogs.frames(log())) {
            int last = frame.end() - frame.offset() - 1;
            for (int kept : new TreeSet<>(List.of(0, 1, FRAME_HEADER - 1, FRAME_HEADER, FRAME_HEADER + 20, last))) {
                if (kept <= last) {
                    assertSame(cut(frame.file(), frame.offset() + kept), ExitCode.CORRUPT);
                }
            }
        }
    }

    @Test
    void aLogThatWasCutBehindItsLastFrameIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 3);
        List<FrameAt> frames = TestLogs.frames(log());
        FrameAt last = frames.get(frames.size() - 1);

        // The zeros that say that the log ends here are a part of it.
        assertSame(cut(last.file(), last.end()), ExitCode.CORRUPT);
        assertSame(cut(last.file(), last.end() + FRAME_HEADER - 1), ExitCode.CORRUPT);
        assertSame(cut(last.file(), last.end() + FRAME_HEADER), 0);
        assertSame(cut(last.file(), TestLogs.SEGMENT_SIZE - 1), 0);
    }

    @Test
    void aLogWhoseEarlierSegmentsWereCutIsReadAlike() throws Exception {
        TestLogs.commitRows(log(), 300);
        List<FrameAt> frames = TestLogs.frames(log());
        FrameAt last = frames.get(frames.size() - 1);
        List<FrameAt> inEarlier = frames.stream()
                .filter(frame -> !frame.file().equals(last.file()))
                .toList();
        assertThat(inEarlier).hasSizeGreaterThan(100);
        for (int i = 0; i < inEarlier.size(); i += 100) {
            FrameAt frame = inEarlier.get(i);
            assertSame(cut(frame.file(), frame.offset() + i % (frame.end() - frame.offset())), ExitCode.CORRUPT);
        }
    }

    @Test
    void aLogWithASegmentOfWhichNotEvenTheHeaderIsLeftIsDamagedForBoth() throws Exception {
        TestLogs.commitRows(log(), 3);
        for (int length : List.of(0, 63, 4095)) {
            Path cut = cut(TestLogs.segment(log(), 1), length);

            assertThat(read(cut).exitCode()).as("%d bytes left", length).isEqualTo(ExitCode.CORRUPT);
            assertThat(Tool.run("verify", cut).exitCode())
                    .as("%d bytes left", length)
                    .isEqualTo(ExitCode.CORRUPT);
        }
    }

    /** A copy of the log with one segment that is cut. */
    private Path cut(Path segment, int length) throws IOException {
        Path copy = directory.resolve("cut-" + segment.getFileName() + "-" + length);
        TestLogs.copy(log(), copy);
        TestLogs.truncate(copy.resolve(segment.getFileName()), length);
        return copy;
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
