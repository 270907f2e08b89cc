package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/** The threads of a log, in many orders of their steps. In each of these nobody may be left waiting, either. */
class LogInterleavingsTest {

    @Test
    void aCommitReturnsAfterItWasAppliedInLogOrderAndAfterAForceThatCoversIt() {
        Interleavings.explore(CommitsScenario.class);
    }

    @Test
    void afterTheFirstFailureNobodyIsAcknowledgedAndEverybodyIsToldTheFirstCause() {
        Interleavings.explore(FailingForceScenario.class);
    }

    @Test
    void asynchronousCommitsAreToldOnceInLogOrder() {
        Interleavings.explore(AsyncCommitsScenario.class);
    }

    @Test
    void commitsOfDifferentLevelsAreAppliedInLogOrder() {
        Interleavings.explore(LevelsScenario.class);
    }

    @Test
    void aSegmentIsMadeOnceAndWhatIsReadIsNotDropped() {
        Interleavings.explore(RollOverScenario.class);
    }

    @Test
    void durableIsNeverAboveWrittenNorWrittenAboveAppendedAndNoneGoesBack() {
        Interleavings.explore(PositionsScenario.class);
    }

    @Test
    void aPayloadArrayHasOneOwner() {
        Interleavings.explore(PayloadPoolScenario.class);
    }

    @Test
    void closingEndsAndLeavesNobodyWaiting() {
        Interleavings.explore(ClosingScenario.class);
    }

    @Test
    void theSameSeedGivesTheSameSchedule() {
        assertThat(Interleavings.run(CommitsScenario.class, 7)).isEqualTo(Interleavings.run(CommitsScenario.class, 7));
    }
}
