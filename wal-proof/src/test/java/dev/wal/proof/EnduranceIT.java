package dev.wal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log under mixed load, with restarts within a process, and processes that are killed; -Dendurance.seconds says for how long. Nothing of a closed log may be left in the process, and nothing may grow.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EnduranceIT {
    private static final int SECONDS = Integer.getInteger("endurance.seconds", 4);
    private static final int FEWEST_ROUNDS = 12;
    private static final int KILLS = 4;

    /** Short enough in a build for as many opens as it takes to tell whether something grows. */
    private static final int ROUND_MILLIS = SECONDS < 60 ? 100 : 5_000;

    @TempDir
    Path directory;

    private final List<Footprint> footprints = new ArrayList<>();
    private long commits;
    private long heard;

    @BeforeAll
    static void descriptors() {
        Footprint.require();
    }

    /** Takes what a process tells, until it ends or has told so many footprints. */
    private void listen(Process process, int most) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        int told = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("footprint")) {
                footprints.add(Footprint.parse(words[1]));
            } else if (words[0].equals("worked")) {
                commits += Long.parseLong(words[1].split(" ")[0]);
                heard += Long.parseLong(words[1].split(" ")[1]);
                told++;
            }
            if (told == most) {
                return;
            }
        }
    }

    private Process start(int seconds, Path errors) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        // That consumers are a second behind is so all the time.
                        "-Dorg.slf4j.simpleLogger.log.dev.wal.HeldBackLog=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EnduranceProgram.class.getName(),
                        directory.resolve("log").toString(),
                        String.valueOf(ROUND_MILLIS),
                        String.valueOf(seconds),
                        String.valueOf(FEWEST_ROUNDS),
                        "1"))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
    }

    /** Takes part in the work for a while, and is killed in the midst of it. */
    private void untilItIsKilled(int rounds, Path errors) throws IOException, InterruptedException {
        Process process = start(Integer.MAX_VALUE, errors);
        try {
            listen(process, rounds);
            process.waitFor(new Random().nextInt(ROUND_MILLIS), TimeUnit.MILLISECONDS);
            assertThat(process.isAlive()).as(Files.readString(errors)).isTrue();
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    private void untilItEnds(int seconds, Path errors) throws IOException, InterruptedException {
        Process process = start(seconds, errors);
        try {
            listen(process, Integer.MAX_VALUE);
            process.waitFor();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void nothingIsLeftBehindAndNothingGrows() throws IOException, InterruptedException {
        try {
            run();
        } catch (AssertionError e) {
            Path evidence = Files.createDirectories(Path.of("target", "proof", "endurance"));
            Commands.run("cp", "-r", directory.toString(), evidence.toString());
            throw e;
        }
    }

    private void run() throws IOException, InterruptedException {
        Path errors = Files.createFile(directory.resolve("errors.txt"));
        // Half of the time in one process, which is where something could gather in memory; half in several, where it
        // could gather on the disk.
        int roundsUntilAKill = Math.max(1, (int) (TimeUnit.SECONDS.toMillis(SECONDS) / 2 / KILLS / ROUND_MILLIS));
        int kills = SECONDS < 60 ? 1 : KILLS;
        for (int i = 0; i < kills; i++) {
            untilItIsKilled(roundsUntilAKill, errors);
        }
        List<Footprint> ofSeveral = List.copyOf(footprints);
        footprints.clear();
        untilItEnds(SECONDS / 2, errors);

        Flatness inOneProcess = Flatness.of(footprints, MixedLoad.SEGMENT_SIZE);
        Flatness overKills = Flatness.of(ofSeveral, MixedLoad.SEGMENT_SIZE);
        Results.add(
                "endurance",
                List.of(
                        "commits " + commits + ", changes heard " + heard,
                        "in one process, " + footprints.size() + " opens: first and last " + footprints.get(0) + ", "
                                + footprints.get(footprints.size() - 1)));
        Results.add("endurance", inOneProcess.rows());
        Results.add("endurance", List.of("with " + kills + " kills, " + ofSeveral.size() + " opens"));
        Results.add("endurance", overKills.rows());
        assertThat(inOneProcess.complaints()).isEmpty();
        assertThat(overKills.complaints()).isEmpty();
        assertThat(inOneProcess.rows()).as("what was judged").isNotEmpty();
        assertThat(commits).isPositive();
        assertThat(heard).isPositive();
    }
}
