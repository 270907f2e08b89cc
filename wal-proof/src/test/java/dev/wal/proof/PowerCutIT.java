package dev.wal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Logs on file systems that lose their power under them, in the midst of every kind of work; -Dproof.cuts says how often, for each file system and level, -Dproof.only which of these, as in XFS-PERIODIC, and
 * -Dproof.moments when.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PowerCutIT {
    private static final int CUTS = Integer.getInteger("proof.cuts", 4);
    private static final String ONLY = System.getProperty("proof.only", "");
    private static final Path EVIDENCE = Path.of("target", "proof");

    static Stream<Arguments> fileSystemsAndLevels() {
        return Arrays.stream(FileSystem.values())
                .flatMap(kind -> Arrays.stream(Level.values())
                        .filter(level -> ONLY.isEmpty() || ONLY.equals(kind + "-" + level))
                        .map(level -> Arguments.of(kind, level)));
    }

    @ParameterizedTest
    @MethodSource("fileSystemsAndLevels")
    void whatIsPromisedIsThereAfterThePowerWasLost(FileSystem kind, Level level)
            throws IOException, InterruptedException {
        long seed = Long.getLong("proof.seed", System.nanoTime());
        Tally tally = new Tally(kind + ", " + level);
        try (Disk disk = Disk.create(kind)) {
            Path evidence = EVIDENCE.resolve(kind + "-" + level);
            assertThat(new PowerCuts(disk, level, new Random(seed), tally, evidence, false).cut(CUTS))
                    .as("seed %d, %s", seed, tally)
                    .isEmpty();
        } finally {
            Results.add("power", tally);
        }
    }

    /** Without this, nobody could tell a log that loses nothing from a test that notices nothing. */
    @Test
    void ifForcesAreLeftOutThatIsNoticed() throws IOException, InterruptedException {
        Tally tally = new Tally("a disk that lies");
        try (Disk disk = Disk.create(FileSystem.EXT4)) {
            Path evidence = EVIDENCE.resolve("lies");
            assertThat(new PowerCuts(disk, Level.GROUP_COMMIT, new Random(1), tally, evidence, true).cut(100))
                    .as("%s", tally)
                    .isNotEmpty();
        }
    }
}
