package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random lives of logs, with faults, kills and power cuts, several in a row and also while the log is being opened. A seed is always the same
 * life. To live one again, and see what happens in it when it fails: {@code -Dwal.seed=<seed>}. To live another number of them: {@code -Dwal.seeds=<number>}.
 */
class PowerLossTest {
    private static final long SEEDS = 2_500;

    private static LongStream seeds() {
        Long seed = Long.getLong("wal.seed");
        return seed != null ? LongStream.of(seed) : LongStream.range(0, Long.getLong("wal.seeds", SEEDS));
    }

    @Test
    void whatWasPromisedSurvives() {
        long count = seeds().count();
        long start = System.nanoTime();
        Tally tally = new Tally();
        assertTimeoutPreemptively(
                Duration.ofSeconds(120 + count / 20),
                () -> seeds().forEach(seed -> tally.add(live(seed).tally())));
        if (count > SEEDS) {
            System.out.printf("%d seeds in %d s: %s%n", count, (System.nanoTime() - start) / 1_000_000_000, tally);
        }
    }

    private static SimulatedLog live(long seed) {
        RandomSteps random = new RandomSteps(seed);
        SimulatedLog log = new SimulatedLog(random.nature());
        List<Step> steps = random.steps();
        try {
            log.live(steps);
            return log;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + log.story(), e);
        }
    }

    @Test
    void aSeedIsAlwaysTheSameLife() {
        for (long seed = 0; seed < 100; seed++) {
            SimulatedLog first = live(seed);
            SimulatedLog second = live(seed);
            assertThat(second.story()).isEqualTo(first.story());
            assertThat(second.tally()).usingRecursiveComparison().isEqualTo(first.tally());
            assertThat(second.storageCalls()).isEqualTo(first.storageCalls());
        }
    }

    @Test
    void theLivesMeetWhatTheyAreMeantToMeet() {
        Tally tally = new Tally();
        LongStream.range(0, 200).forEach(seed -> tally.add(live(seed).tally()));

        assertThat(Tally.Event.values())
                .allSatisfy(
                        event -> assertThat(tally.count(event)).as("%s", event).isPositive());
    }
}
