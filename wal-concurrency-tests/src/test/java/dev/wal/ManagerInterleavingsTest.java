package dev.wal;

import dev.wal.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/** The threads of a whole log, in many orders of their steps. */
class ManagerInterleavingsTest {

    @Test
    void whatWasAcknowledgedComesBackWholeAndNobodyIsLeftWaiting() {
        Interleavings.explore(ManagerScenario.class);
    }

    @Test
    void checkpointsBesideCommittersAndAReaderLoseNothing() {
        Interleavings.explore(CheckpointScenario.class);
    }
}
