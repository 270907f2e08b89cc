package dev.wal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers that are killed in the midst of every kind of work; -Dproof.kills says how often, over all levels. Whatever the level, nothing that was acknowledged is lost, and a reader that shares no line with the
 * engine finds the same in what is left.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessKillIT {
    private static final int KILLS = Integer.getInteger("proof.kills", 24) / Level.values().length;
    private static final int KILLS_OF_A_LOG = 50;
    private static final int LATEST_MILLIS = 200;
    private static final long MOMENT_PATIENCE_MILLIS = 1000;

    @TempDir
    Path work;

    @ParameterizedTest
    @EnumSource
    void whatIsAcknowledgedIsThereAfterTheProcessWasKilled(Level level) throws IOException, InterruptedException {
        long seed = Long.getLong("proof.seed", System.nanoTime());
        Random random = new Random(seed);
        Tally tally = new Tally(level.name());
        int firstMoment = random.nextInt(Moment.values().length);
        try {
            for (int done = 0; done < KILLS; done += KILLS_OF_A_LOG) {
                Path directory = Files.createDirectory(work.resolve("log-" + done));
                Path evidence = Path.of("target", "proof", "kill-" + level);
                try (Chain chain = new Chain(directory, evidence, random, tally, false)) {
                    chain.readTwice();
                    int end = Math.min(done + KILLS_OF_A_LOG, KILLS);
                    for (int i = done; i < end && chain.complaints().isEmpty(); i++) {
                        kill(chain, level, Moment.values()[(firstMoment + i) % Moment.values().length], random, tally);
                    }
                    // The last one is judged by what the next life finds.
                    kill(chain, level, Moment.ANY_TIME, random, new Tally("the last life"));
                    if (!chain.complaints().isEmpty()) {
                        Commands.run("cp", "-r", directory.toString(), evidence.toString());
                    }
                    assertThat(chain.complaints())
                            .as("seed %d, %s", seed, tally)
                            .isEmpty();
                }
            }
        } finally {
            Results.add("kill", tally);
        }
    }

    private static void kill(Chain chain, Level level, Moment moment, Random random, Tally tally)
            throws IOException, InterruptedException {
        Life life = chain.begin(level, moment);
        life.awaitMoment(moment == Moment.ANY_TIME ? random.nextInt(LATEST_MILLIS) : MOMENT_PATIENCE_MILLIS);
        chain.endProcess();
        Told told = life.told();
        tally.crash(told.moment().isPresent() ? moment : Moment.ANY_TIME);
        chain.judge(told, new Crash(level, false));
    }
}
