package dev.wal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.segment.Segment;
import dev.wal.segment.SegmentFormat;
import dev.wal.segment.SegmentHeader;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Op;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments ahead of need. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SegmentSupplyTest {
    private static final int SIZE = SegmentFormat.MIN_SIZE;
    private static final SegmentHeader FIRST = new SegmentHeader(1, 7, 0, SIZE);

    private final MemoryStorage storage = new MemoryStorage();
    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final SegmentSupply supply = new SegmentSupply(
            storage, new SegmentMaker(storage, SIZE, new DiskUse(storage, Long.MAX_VALUE)), background, null);

    @AfterEach
    void shutDown() {
        background.shutdown();
    }

    /** Returns once the background has done what it was given. */
    private void awaitBackground() {
        try {
            background.submit(() -> {}).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private long made(SegmentHeader header) {
        return storage.count(call -> call.is(Op.RENAME) && call.file().equals(header.fileName()));
    }

    @Test
    void aSegmentFollowsTheCurrentOne() throws IOException {
        try (Segment second = supply.take(FIRST)) {
            assertThat(second.header()).isEqualTo(new SegmentHeader(2, 7, SIZE, SIZE));
        }
    }

    @Test
    void aThreadThatAsksLateDoesNotHaveALiveSegmentMadeAnew() throws IOException {
        try (Segment second = supply.take(FIRST);
                Segment third = supply.take(second.header())) {
            // Who went on from the first segment to the second comes to this only now.
            supply.prepareAfter(FIRST);
            supply.prepareAfter(second.header());
            awaitBackground();

            assertThat(made(second.header())).isEqualTo(1);
            assertThat(made(third.header())).isEqualTo(1);
            try (Segment fourth = supply.take(third.header())) {
                assertThat(fourth.header().number()).isEqualTo(4);
            }
        }
    }
}
