package dev.wal.state;

import dev.wal.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/** Transactions of a map, in many orders of their steps. */
class MapInterleavingsTest {

    @Test
    void everyViewHasTheSameSumAndNobodyWaitsForALockThatIsFree() {
        Interleavings.explore(TransfersScenario.class);
    }
}
