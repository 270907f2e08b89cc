package dev.wal;

import static dev.wal.Logs.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.storage.MemoryStorage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of segments, and of those for whom they are kept. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SegmentsTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final WalManager wal = Logs.open(storage);

    @AfterEach
    void close() {
        wal.close();
    }

    private void fillSegments(int segments) {
        fill(wal, segments);
    }

    private static void fill(WalManager log, int segments) {
        int until = log.status().segments() + segments;
        for (int i = 0; log.status().segments() < until; i++) {
            log.logInsert(TABLE, 0, i, Logs.large(900));
        }
    }

    private List<Integer> numbers() {
        return wal.segments().stream().map(WalSegment::number).toList();
    }

    @Test
    void segmentsFollowEachOtherUpToTheEndOfTheLog() {
        fillSegments(2);

        List<WalSegment> segments = wal.segments();

        assertThat(numbers()).containsExactly(1, 2, 3);
        assertThat(segments.get(0).position()).isEqualTo(wal.firstPosition());
        assertThat(segments.get(1).position()).isEqualTo(segments.get(0).endPosition());
        assertThat(segments.get(2).position()).isEqualTo(segments.get(1).endPosition());
        assertThat(wal.status().position())
                .isBetween(segments.get(2).position(), segments.get(2).endPosition());
    }

    @Test
    void withoutACheckpointRecoveryNeedsAllSegments() {
        fillSegments(2);

        assertThat(wal.segments()).allMatch(WalSegment::neededByRecovery).allMatch(WalSegment::neededByFallback);
    }

    @Test
    void segmentsThatOnlyAConsumerNeedsNameIt() {
        wal.tail("one", wal.firstPosition()).close();
        fillSegments(2);
        wal.checkpointAll();

        assertThat(numbers()).containsExactly(1, 2, 3);
        assertThat(wal.segments()).extracting(WalSegment::neededByRecovery).containsExactly(false, false, true);
        assertThat(wal.segments()).extracting(WalSegment::neededByFallback).containsExactly(false, false, true);
        assertThat(wal.segments()).extracting(WalSegment::consumers).containsOnly(List.of("one"));

        wal.removeConsumer("one");

        assertThat(wal.segments()).extracting(WalSegment::consumers).containsOnly(List.of());
    }

    /** Those of which it is said before a checkpoint that it keeps them. */
    private static List<Integer> foretold(WalManager limited, boolean withSnapshots) {
        List<WalSegment> segments = limited.segments();
        return segments.stream()
                .filter(segment -> segment.number() == segments.size()
                        || !segment.consumers().isEmpty()
                        || withSnapshots && segment.neededByRecovery())
                .map(WalSegment::number)
                .toList();
    }

    @Test
    void aSegmentThatTheNextCheckpointDropsBecauseTooMuchWouldBeKeptNamesNoConsumer() {
        MemoryStorage few = new MemoryStorage();
        try (WalManager limited = WalManager.open(
                Logs.options(few).maxRetainedForConsumers(3 * Logs.SEGMENT_SIZE).build())) {
            limited.tail("one", limited.firstPosition()).close();
            fill(limited, 6);
            List<Integer> foretold = foretold(limited, false);

            assertThat(foretold).hasSizeBetween(2, 5);
            limited.checkpointAll();

            assertThat(limited.segments()).extracting(WalSegment::number).isEqualTo(foretold);
        }
    }
}
