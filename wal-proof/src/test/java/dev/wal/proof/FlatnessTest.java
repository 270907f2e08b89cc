package dev.wal.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatnessTest {
    private static final int SEGMENT_SIZE = 1000;
    private static final long MEGABYTE = 1 << 20;

    private static Flatness judged(int number, IntFunction<Footprint> footprint) {
        return Flatness.of(IntStream.range(0, number).mapToObj(footprint).toList(), SEGMENT_SIZE);
    }

    @Test
    void whatGoesUpAndDownIsFlat() {
        Random random = new Random(1);

        Flatness flatness = judged(
                100,
                i -> new Footprint(
                        (20 + random.nextInt(10)) * MEGABYTE,
                        random.nextInt(500_000),
                        50 + random.nextInt(10),
                        20 + random.nextInt(5),
                        10_000 + random.nextInt(5_000),
                        20 + random.nextInt(10)));

        assertThat(flatness.complaints()).isEmpty();
        assertThat(flatness.rows()).hasSize(6);
    }

    @Test
    void whatGrowsIsNot() {
        Flatness flatness = judged(
                100,
                i -> new Footprint((20 + i) * MEGABYTE, i * MEGABYTE / 10, 50 + i, 20 + i, 10_000 + 500L * i, 20 + i));

        assertThat(flatness.complaints()).hasSize(6);
    }

    @Test
    void theBeginningAndFewOddValuesDoNotCount() {
        Flatness flatness = judged(
                100, i -> new Footprint(i < 10 || i % 20 == 0 ? 100 * MEGABYTE : 20 * MEGABYTE, 0, 50, 20, 10_000, 20));

        assertThat(flatness.complaints()).isEmpty();
    }

    @Test
    void ofFewNothingIsSaid() {
        assertThat(judged(8, i -> new Footprint(i * 100 * MEGABYTE, 0, 0, 0, 0, 0))
                        .rows())
                .isEqualTo(List.of());
    }
}
