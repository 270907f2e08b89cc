package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.Durability;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random work on a log, cut off at random moments by kills and power cuts, several times in a row. To run one seed alone:
 * {@code -Dwal.seed=<seed>}; to run another number of seeds: {@code -Dwal.seeds=<number>}.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PowerLossTest {
    private static final int SEEDS = 75;

    private static LongStream seeds() {
        Long seed = Long.getLong("wal.seed");
        return seed != null ? LongStream.of(seed) : LongStream.range(0, Long.getLong("wal.seeds", SEEDS));
    }

    @ParameterizedTest
    @MethodSource
    void whatWasPromisedSurvives(Durability durability) {
        seeds().forEach(seed -> {
            try {
                new RandomWorkload(seed, durability).run();
            } catch (Throwable e) {
                throw new AssertionError(durability + ", seed " + seed + ": " + e.getMessage(), e);
            }
        });
    }

    private static Stream<Durability> whatWasPromisedSurvives() {
        return Stream.of(
                Durability.synchronous(),
                Durability.groupCommit(),
                Durability.periodic(Duration.ofMillis(2)),
                Durability.noSync());
    }

    @Test
    void theWorkloadMeetsWhatItIsMeantToMeet() {
        RandomWorkload.Tally tally = new RandomWorkload.Tally();
        for (long seed = 0; seed < 40; seed++) {
            RandomWorkload workload = new RandomWorkload(seed, Durability.groupCommit());
            workload.run();
            tally.add(workload.tally());
        }

        assertThat(tally.commits).isPositive();
        assertThat(tally.powerCuts).isPositive();
        assertThat(tally.kills).isPositive();
        assertThat(tally.cutsInsideACall).isPositive();
        assertThat(tally.tornTails).isPositive();
        assertThat(tally.checkpoints).isPositive();
        assertThat(tally.droppedSegments).isPositive();
        assertThat(tally.lostUnacknowledged).isPositive();
    }
}
