package dev.wal.demo.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WalPositionTest {
    private static final WalPosition EARLIER = position(20, 10, 5);

    @Test
    void aLogThatEndsBeforeWhatWasDurableDoesNotContinue() {
        assertThat(position(9, 9, 5).continues(EARLIER)).isFalse();
        assertThat(position(10, 10, 5).continues(EARLIER)).isTrue();
    }

    @Test
    void aLogThatHasForgottenACheckpointDoesNotContinue() {
        assertThat(position(20, 20, 4).continues(EARLIER)).isFalse();
    }

    @Test
    void aLogThatEndsBeforeWhatWasAppendedDoesNotIncludeIt() {
        assertThat(position(19, 19, 5).includes(EARLIER)).isFalse();
        assertThat(position(20, 20, 5).includes(EARLIER)).isTrue();
    }

    @Test
    void aLogWithoutAPartitionNeitherContinuesNorIncludesIt() {
        assertThat(WalPosition.NONE.continues(EARLIER)).isFalse();
        assertThat(WalPosition.NONE.includes(EARLIER)).isFalse();
    }

    private static WalPosition position(long appended, long durable, long checkpoint) {
        return new WalPosition(Map.of(0, new WalPosition.Lsns(appended, durable, checkpoint)));
    }
}
