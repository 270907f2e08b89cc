package dev.wal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.cli.Tool.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Listing records. */
class DumpCommandTest {
    @TempDir
    private static Path directory;

    private static final JsonMapper JSON = JsonMapper.shared();

    @BeforeAll
    static void writeLog() {
        TestLogs.writeEverything(directory);
    }

    private static List<JsonNode> json(String... filters) {
        List<String> arguments = new ArrayList<>(List.of("dump", "--format=json"));
        arguments.addAll(List.of(filters));
        arguments.add(directory.toString());
        Run run = Tool.run(arguments.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.lines().stream().map(JSON::readTree).toList();
    }

    @Test
    void everyTypeOfRecordIsListedInTheOrderOfTheLog() {
        List<JsonNode> records = json();

        assertThat(records.stream().map(record -> record.get("type").asString()).distinct())
                .containsExactlyInAnyOrder(
                        "begin",
                        "insert",
                        "update",
                        "delete",
                        "prepare",
                        "commit",
                        "rollback",
                        "rollbackTo",
                        "checkpoint");
        assertThat(records.stream().map(record -> record.get("position").asLong()))
                .isSorted();
        assertThat(records.stream()
                        .map(record -> record.get("incarnation").asInt())
                        .distinct())
                .containsExactly(1, 2);
        for (int partition = 0; partition < 3; partition++) {
            int own = partition;
            List<Long> lsns = records.stream()
                    .filter(record -> record.get("partition").asInt() == own)
                    .map(record -> record.get("lsn").asLong())
                    .toList();
            assertThat(lsns)
                    .isEqualTo(new ArrayList<>(new TreeSet<>(lsns)))
                    .first()
                    .isEqualTo(0L);
        }
    }

    @Test
    void valuesAreListedWithoutLoss() {
        JsonNode row = json("--table=accounts").get(0).get("row");

        assertThat(row.toString())
                .isEqualTo("[null,true,-9223372036854775808,{\"float64\":0.1},{\"float64\":-0.0},{\"float64\":1.0E300},"
                        + "{\"float64\":\"NaN\"},{\"float64\":\"NaN(7ff8000000000001)\"},{\"float64\":\"-Infinity\"},"
                        + "\"hé \\\"\\\\ \\n\\u0001 \uD83D\uDE00\",{\"bytes\":\"yv4A\"},{\"timestamp\":1700000000000001},"
                        + "{\"vector\":[0.10000000149011612,\"Infinity\",\"NaN\",\"NaN(7fc00001)\",3.0]}]");
    }

    @Test
    void recordsAreFilteredByPartition() {
        assertThat(json("--partition=1"))
                .isNotEmpty()
                .allSatisfy(
                        record -> assertThat(record.get("partition").asInt()).isEqualTo(1));
        assertThat(json("--partition=0", "--partition=1", "--partition=2")).isEqualTo(json());
        assertThat(json("--partition=7")).isEmpty();
    }

    @Test
    void recordsAreFilteredByLsn() {
        assertThat(json("--partition=0", "--lsn=2..4").stream()
                        .map(record -> record.get("lsn").asLong()))
                .containsExactly(2L, 3L, 4L);
        assertThat(json("--partition=0", "--lsn=3").stream()
                        .map(record -> record.get("lsn").asLong()))
                .containsExactly(3L);
        assertThat(json("--lsn=..1").stream().map(record -> record.get("lsn").asLong()))
                .containsOnly(0L, 1L);
        assertThat(json("--lsn=5..").size() + json("--lsn=..4").size()).isEqualTo(json().size());
    }

    @Test
    void recordsAreFilteredByTransaction() {
        assertThat(json("--transaction=42").stream()
                        .map(record -> record.get("type").asString()))
                .containsExactly("begin", "insert", "commit");
        JsonNode commit = json("--transaction=42").get(2);
        assertThat(commit.get("commitTs").asLong()).isEqualTo(1234);
        long ofEngine = json().get(0).get("transaction").asLong();
        assertThat(ofEngine).isNegative();
        assertThat(json("--transaction=" + ofEngine)).hasSize(11);
    }

    @Test
    void recordsAreFilteredByTable() {
        assertThat(json("--table=callers").stream()
                        .map(record -> record.get("rowId").asLong()))
                .containsExactly(6L, 7L);
        assertThat(json("--table=callers", "--partition=1")).hasSize(1);
    }

    @Test
    void recordsOfNoTransactionHaveNone() {
        assertThat(json("--table=alone")).singleElement().satisfies(record -> {
            assertThat(record.get("transaction").isNull()).isTrue();
            assertThat(record.get("rowId").asLong()).isEqualTo(Long.MAX_VALUE);
        });
    }

    @Test
    void textHasALineForEachRecordThatPeopleCanRead() {
        Run run = Tool.run("dump", directory);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(json().size());
        assertThat(run.lines())
                .anyMatch(line ->
                        line.matches(" +\\d+  \\d{4}-.*Z  0:\\d+  42  insert \"callers\" 6 \\[\"of a caller\"]"))
                .anyMatch(line -> line.endsWith("42  commit at 1970-01-01T00:00:00.001234Z"))
                .anyMatch(line -> line.contains("1:") && line.contains("  -  insert \"alone\""))
                .anyMatch(line -> line.endsWith("begin isolation 3"))
                .anyMatch(line -> line.contains("rollback to the first"));
    }

    @Test
    void whatComesBeforeDamageIsListedAndTheDamageIsSaid(@TempDir Path damaged) throws IOException {
        TestLogs.commitRows(damaged, 200);
        TestLogs.FrameAt lost = TestLogs.batches(damaged).get(50);
        TestLogs.flip(lost.file(), lost.offset() + 60);

        Run run = Tool.run("dump", damaged);

        assertThat(run.exitCode()).isEqualTo(ExitCode.CORRUPT);
        assertThat(run.lines()).hasSize(150);
        assertThat(run.err().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("corrupt: ")
                        .contains(
                                lost.file().getFileName().toString(),
                                "offset " + lost.offset(),
                                "position " + lost.position()));
    }
}
