package dev.wal.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.benchmark.peer.Peer;
import dev.wal.benchmark.peer.Peers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs each command for a moment. What it measures is nobody's business here. */
class WalBenchmarkTest {
    private static final String FIGURE = "[\\d,.]*[1-9][\\d,.]*";
    private static final String NEEDS_LIBAIO = "Artemis journal, libaio";

    @TempDir
    Path directory;

    @Test
    void commitPrintsFiguresOfTheEngineAndOfTheLoopsBesideIt() throws IOException {
        String printed = run(
                "commit",
                "--threads=1,2",
                "--seconds=0.1",
                "--warm-up=0.05",
                "--rounds=1",
                "--only=engine,reference,raw,wake,bound");

        assertThat(printed).contains("### 1 thread", "### 2 threads", "group-commit", "GB/s");
        for (String contender : List.of(
                "engine", "reference", "raw loop", "wake-up limit", "bound, fdatasync", "bound, O_DIRECT + O_DSYNC")) {
            assertThat(rows(printed, contender)).as(contender).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        }
    }

    @Test
    void commitMeasuresEachPeerWhoseForcesItCounted() throws IOException, InterruptedException {
        Programs.assumeForcesAreCounted();

        String printed = run("commit", "--threads=1", "--seconds=0.02", "--warm-up=0", "--rounds=1");

        for (Peer peer : Peers.durable()) {
            if (peer.name().equals(NEEDS_LIBAIO)
                    && printed.contains("Not reported: " + NEEDS_LIBAIO + ", does not run here")) {
                continue;
            }
            assertThat(rows(printed, peer.name())).as(printed).singleElement().matches(WalBenchmarkTest::hasFigures);
        }
    }

    @Test
    void commitMeasuresTheContendersAskedForAlone() throws IOException {
        String printed = run(
                "commit", "--threads=2", "--seconds=0.05", "--warm-up=0", "--only=engine", "--durability=synchronous");

        assertThat(rows(printed, "engine")).hasSize(1);
        assertThat(rows(printed, "reference")).isEmpty();
        assertThat(printed).contains("synchronous");
    }

    @Test
    void appendPrintsFiguresOfAllContenders() throws IOException {
        String printed = run("append", "--threads=1,2", "--seconds=0.05", "--warm-up=0", "--rounds=1");

        assertThat(rows(printed, "logInsert")).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "transaction of one operation")).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "one write() a record")).hasSize(2);
        for (Peer peer : Peers.unforced()) {
            assertThat(rows(printed, peer.name())).as(peer.name()).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        }
    }

    @Test
    void asyncPrintsFiguresOfFuturesAndOfVirtualThreadsWhereThereAreSome() throws IOException {
        String printed = run("async", "--threads=1", "--seconds=0.05", "--warm-up=0", "--rounds=1");

        assertThat(rows(printed, "commitAsync")).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "10,000 virtual threads"))
                .hasSize(printed.contains("no virtual threads") ? 0 : 1)
                .allMatch(WalBenchmarkTest::hasFigures);
    }

    @Test
    void periodicPrintsFiguresOfTheEngineAndOfTheSameBytesWithoutALog() throws IOException {
        String printed = run("periodic", "--threads=2", "--seconds=0.1", "--warm-up=0", "--rounds=1", "--file=8M");

        for (String contender : List.of("engine", "one write() a commit", "pieces of 1 MiB")) {
            assertThat(rows(printed, contender)).as(contender).singleElement().matches(WalBenchmarkTest::hasFigures);
        }
    }

    @Test
    void memoryPrintsWhatAJvmTakesInWhichTheEngineCommits() throws IOException, InterruptedException {
        Programs.assumeForcesAreCounted();

        String printed = run("memory", "--threads=1", "--seconds=0.05", "--rounds=1", "--only=engine");

        assertThat(rows(printed, "engine")).singleElement().matches(WalBenchmarkTest::hasFigures);
    }

    @Test
    void scalePrintsARowForEachSizeAndDrawsAPlotOfEachTable() throws IOException {
        Path plots = directory.resolve("plots");
        String printed = run(
                "scale",
                "--threads=1,2",
                "--partitions=1,20",
                "--record-sizes=16,4096",
                "--operations=1,200",
                "--log-sizes=1M,2M",
                "--seconds=0.03",
                "--warm-up=0",
                "--plots=" + plots);

        assertThat(printed.lines().filter(line -> line.startsWith("### "))).hasSize(5);
        assertThat(rows(printed, "1,048,576 ")).as(printed).singleElement().matches(WalBenchmarkTest::hasFigures);
        try (Stream<Path> drawn = Files.list(plots)) {
            assertThat(drawn)
                    .hasSize(5)
                    .allSatisfy(plot -> assertThat(plot).content().contains("<svg", "<polyline", "</svg>"));
        }
    }

    @Test
    void scaleLeavesOutWhatHasAnEmptyList() throws IOException {
        String printed =
                run("scale", "--threads=", "--partitions=2", "--record-sizes=", "--operations=", "--log-sizes=");

        assertThat(printed.lines().filter(line -> line.startsWith("### ")))
                .singleElement()
                .asString()
                .contains("Partitions");
    }

    @Test
    void recoveryReplaysInAJvmOfItsOwnWhoseHeapIsMuchSmallerThanTheLog() throws IOException {
        String printed = run("recovery", "--size=128M", "--rounds=1", "--heap=24m");

        for (String row : List.of("open and replay", "open once more")) {
            assertThat(rows(printed, row)).as(row).singleElement().matches(WalBenchmarkTest::hasFigures);
        }
        if (!printed.contains("not measured from the disk")) {
            assertThat(rows(printed, "open, from the disk")).singleElement().matches(WalBenchmarkTest::hasFigures);
            assertThat(rows(printed, "the files, read around the page cache")).hasSize(1);
        }
        assertThat(rows(printed, "peak heap, MiB")).hasSize(1);
    }

    @Test
    void mapsPrintsFiguresOfAllContenders() throws IOException {
        String printed = run("maps", "--threads=1,2", "--seconds=0.05", "--warm-up=0", "--rounds=1", "--entries=100");

        assertThat(printed).contains("### 1 thread", "### 2 threads", "Serializers.records");
        for (String contender :
                List.of("engine at no-sync", "engine at group", "MVStore wr", "MVStore f", "Concurrent")) {
            assertThat(rows(printed, contender)).as(contender).hasSize(2).allMatch(WalBenchmarkTest::hasFigures);
        }
    }

    @Test
    void mapRestartFindsAllEntriesInAJvmOfItsOwn() throws IOException {
        String printed =
                run("map-restart", "--entries=2000", "--tail=1M", "--rounds=1", "--heap=64m", "--collectors=G1,Serial");

        assertThat(rows(printed, "open: ")).singleElement().matches(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "log: ")).singleElement().matches(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "seconds, by")).singleElement().asString().contains("G1", "Serial");
    }

    @Test
    void mapSnapshotPrintsARowWithAndOneWithoutSnapshots() throws IOException {
        String printed = run(
                "map-snapshot",
                "--entries=2000",
                "--threads=2",
                "--seconds=0.05",
                "--rounds=2",
                "--durability=no-sync");

        assertThat(rows(printed, "no snapshot")).singleElement().matches(WalBenchmarkTest::hasFigures);
        assertThat(rows(printed, "while a snapshot")).hasSize(1);
    }

    @Test
    void mapMemoryPrintsWhatAnEntryTakes() throws IOException {
        String printed = run("map-memory", "--entries=20000");

        assertThat(rows(printed, "ConcurrentHashMap")).hasSize(2).allMatch(WalBenchmarkTest::hasAFigure);
        assertThat(rows(printed, "DurableMap")).singleElement().matches(WalBenchmarkTest::hasAFigure);
    }

    @Test
    void mapFreezingPrintsFiguresOfAllTechniques() throws IOException {
        String printed = run("map-freezing", "--entries=2000", "--seconds=0.02", "--rounds=2");

        assertThat(rows(printed, "saves")).hasSize(1);
        assertThat(rows(printed, "copies")).hasSize(1);
        assertThat(rows(printed, "version")).hasSize(1);
        assertThat(rows(printed, "persistent")).hasSize(1);
    }

    @Test
    void reportConsistsOfCommandLinesThatAreUnderstood() {
        PrintStream out = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        CommandLine line = CommandLine.parse("report", "--directory=" + directory, "--plots=" + directory);

        assertThat(new ReportCommand(ReportOptions.of(line), out).lines())
                .hasSize(7)
                .allSatisfy(each -> assertThat(
                                WalBenchmark.command(CommandLine.parse(each.toArray(String[]::new)), out))
                        .isNotNull());
    }

    @Test
    void leavesNoFilesBehind() throws IOException {
        run("recovery", "--size=100K", "--rounds=1");

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void helpExplainsEveryCommand() throws IOException {
        assertThat(run("--help"))
                .contains(
                        "commit",
                        "append",
                        "async",
                        "periodic",
                        "scale",
                        "memory",
                        "report",
                        "recovery",
                        "maps",
                        "map-restart",
                        "map-snapshot",
                        "map-memory",
                        "map-freezing");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException().isThrownBy(() -> run("fly")).withMessageContaining("fly");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run("recovery", "--threads=1"))
                .withMessageContaining("threads");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run("commit", "--rounds=0"))
                .withMessageContaining("rounds");
    }

    private String run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--directory=" + directory);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            WalBenchmark.run(all.toArray(String[]::new), out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static List<String> rows(String printed, String name) {
        return printed.lines().filter(line -> line.startsWith("| " + name)).toList();
    }

    private static boolean hasFigures(String row) {
        String[] cells = row.substring(1).split("\\|");
        return cells.length > 2 && cells[1].strip().matches(FIGURE);
    }

    private static boolean hasAFigure(String row) {
        return row.substring(1).split("\\|")[1].strip().matches(FIGURE);
    }
}
