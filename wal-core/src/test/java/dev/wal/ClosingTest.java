package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.WalException;
import dev.wal.storage.FileNames;
import dev.wal.storage.Hold;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing while something else is under way. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingTest {
    private final MemoryStorage storage = new MemoryStorage();

    private static boolean makesASegment(Call call) {
        return call.is(Op.CREATE) && call.file().startsWith("segment-");
    }

    /** Commits until a commit waits for a segment, or is refused. */
    private static Background<Void> fillSegments(WalManager wal) {
        return Background.run(() -> {
            try {
                IntStream.range(0, 1000).forEach(i -> Logs.commitRow(wal, 0, i));
            } catch (WalException refused) {
                assertThat(refused).hasMessageContaining("Nothing of this call was written");
            }
        });
    }

    @Test
    void aCommitThatWaitsForASegmentIsNotLeftBehindWhenTheSegmentIsMade() {
        WalManager wal = Logs.open(storage);
        Logs.commitRow(wal, 0, 0);
        try (Hold hold =
                storage.hold(call -> makesASegment(call) && !call.file().contains("000002"))) {
            Background<Void> committer = fillSegments(wal);
            hold.awaitArrivals(1);
            committer.awaitParkedOrDone();
            Background<Void> closing = Background.run(wal::close);
            closing.awaitParkedOrDone();

            hold.release();

            committer.result();
            closing.result();
        }
        assertThat(storage.openFiles()).isZero();
    }

    @Test
    void aCommitThatWaitsForASegmentIsNotLeftBehindWhenTheSegmentCannotBeMade() {
        WalManager wal = Logs.open(storage);
        Logs.commitRow(wal, 0, 0);
        try (Hold hold =
                storage.hold(call -> makesASegment(call) && !call.file().contains("000002"))) {
            Background<Void> committer = fillSegments(wal);
            hold.awaitArrivals(1);
            committer.awaitParkedOrDone();
            Background<Void> closing = Background.run(wal::close);
            closing.awaitParkedOrDone();
            storage.failFrom(1, ClosingTest::makesASegment);

            hold.release();

            committer.result();
            closing.result();
        }
        assertThat(storage.openFiles()).isZero();
    }

    @Test
    void theDirectoryIsNotLetGoWhileACheckpointRuns() {
        WalManager wal = Logs.open(storage);
        Logs.commitRow(wal, 0, 0);
        try (Hold hold = storage.hold(ClosingTest::renamesTheManifest)) {
            Background<CheckpointReport> checkpoint = Background.call(wal::checkpointAll);
            hold.awaitArrivals(1);
            Background<Void> closing = Background.run(wal::close);
            closing.awaitParkedOrDone();

            assertThat(closing.isDone()).isFalse();

            hold.release();
            checkpoint.result();
            closing.result();
        }
        assertThat(Logs.rowsIn(storage)).isEmpty();
    }

    private static boolean renamesTheManifest(Call call) {
        return call.is(Op.RENAME) && call.file().equals(FileNames.MANIFEST);
    }
}
