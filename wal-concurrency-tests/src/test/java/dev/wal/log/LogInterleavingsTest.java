package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.interleaving.Interleavings;
import dev.wal.interleaving.Scenario;
import org.junit.jupiter.api.Test;

/** The threads of a log, in many orders of their steps. */
class LogInterleavingsTest {

    private static void holds(Class<? extends Scenario> scenario) {
        Interleavings.explore(scenario);
    }

    @Test
    void noCommitterIsLeftWaitingAndACommitReturnsAfterAForceThatCoversIt() {
        holds(CommitsScenario.class);
    }

    @Test
    void theSameSeedGivesTheSameSchedule() {
        assertThat(Interleavings.run(CommitsScenario.class, 7)).isEqualTo(Interleavings.run(CommitsScenario.class, 7));
    }
}
