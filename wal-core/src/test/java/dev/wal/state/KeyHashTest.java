package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.record.Value;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the keys of a map are is fixed for ever: these values were worked out from docs/format.md, and not by the engine. */
class KeyHashTest {
    private static final int[] PARTITIONS = {1, 2, 3, 4, 7, 65_535};

    private static Stream<Arguments> keys() {
        return Stream.of(
                key(Value.of(0), 0xE220_A839_7B1D_CDAFL, 0, 1, 1, 3, 2, 54_055),
                key(Value.of(1), 0x910A_2DEC_8902_5CC1L, 0, 1, 2, 1, 2, 42_170),
                key(Value.of(-1), 0xE4D9_7177_1B65_2C20L, 0, 0, 2, 0, 0, 40_406),
                key(Value.of(7), 0x63CB_E1E4_5932_0DD7L, 0, 1, 0, 3, 2, 44_217),
                key(Value.of(Long.MIN_VALUE), 0x481E_C0A2_12A9_F3DBL, 0, 1, 1, 3, 6, 3_910),
                key(Value.of(Long.MAX_VALUE), 0x2A67_D755_2E03_9EA7L, 0, 1, 0, 3, 2, 52_839),
                key(Value.of(""), 0xC381_7C01_6BA4_FF30L, 0, 0, 0, 0, 4, 43_608),
                key(Value.of("a"), 0x5F29_C2AA_DD9B_8527L, 0, 1, 1, 3, 1, 33_943),
                key(Value.of("foobar"), 0x5DF2_9541_3403_DE4FL, 0, 1, 2, 3, 6, 1_415),
                key(Value.of("hé"), 0x3845_CBCF_8E2E_4E73L, 0, 1, 1, 3, 4, 57_526),
                key(Value.of(new byte[0]), 0xC381_7C01_6BA4_FF30L, 0, 0, 0, 0, 4, 43_608),
                key(Value.of(new byte[] {(byte) 0xCA, (byte) 0xFE}), 0xF957_9E5C_1C7C_8791L, 0, 1, 1, 1, 5, 15_298));
    }

    /** @param partitions for each of {@link #PARTITIONS} */
    private static Arguments key(Value key, long hash, int... partitions) {
        return Arguments.of(key, hash, partitions);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void theHashAndThePartitionOfAKeyNeverChange(Value key, long hash, int[] partitions) {
        assertThat(KeyHash.of(key)).isEqualTo(hash);
        assertThat(IntStream.of(PARTITIONS).map(count -> KeyHash.partition(hash, count)))
                .containsExactly(IntStream.of(partitions).boxed().toArray(Integer[]::new));
    }

    @Test
    void otherValuesAreNoKeys() {
        assertThatThrownBy(() -> KeyHash.of(Value.of(true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bool");
    }
}
