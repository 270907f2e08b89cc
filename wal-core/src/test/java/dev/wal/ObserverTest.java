package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.Durability;
import dev.wal.common.ForceReason;
import dev.wal.common.WalException;
import dev.wal.common.WalObserver;
import dev.wal.storage.MemoryStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObserverTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private volatile boolean throwing;

    private final class Recorder implements WalObserver {
        private void saw(String event) {
            events.add(event);
            if (throwing) {
                throw new IllegalStateException("the observer's own fault");
            }
        }

        @Override
        public void recovered(long nanos, long transactions) {
            saw("recovered " + transactions);
        }

        @Override
        public void appended(int records, long bytes) {
            saw("appended " + records + " in " + bytes);
        }

        @Override
        public void forced(long nanos, int commits, ForceReason reason) {
            saw("forced " + commits + " " + reason);
        }

        @Override
        public void rolled(int segmentNumber) {
            saw("rolled " + segmentNumber);
        }

        @Override
        public void checkpointed(long nanos, int segmentsDropped) {
            saw("checkpointed " + segmentsDropped);
        }

        @Override
        public void failed(Throwable cause) {
            saw("failed " + cause.getMessage());
        }
    }

    private WalManager open(Durability durability) {
        return WalManager.open(Logs.options(storage)
                .durability(durability)
                .observer(new Recorder())
                .build());
    }

    private void await(String event) throws InterruptedException {
        while (!events.take().equals(event)) {
            // What happens beside it is not of interest here.
        }
    }

    @Test
    void openingIsSeenWithWhatItFound() throws InterruptedException {
        try (WalManager wal = Logs.open(storage)) {
            Logs.commitRow(wal, 0, 1);
            Logs.commitRow(wal, 1, 2);
        }

        open(Durability.groupCommit()).close();

        await("recovered 2");
    }

    @Test
    void aCommitIsSeenAsAnAppendWithItsRecordsAndBytesAndAsAForce() throws InterruptedException {
        try (WalManager wal = open(Durability.synchronous())) {
            await("recovered 0");
            long before = wal.status().position();

            Logs.commitRow(wal, 0, 1);

            assertThat(List.of(events.take(), events.take()))
                    .containsExactlyInAnyOrder(
                            "appended 3 in " + (wal.status().position() - before), "forced 1 COMMIT");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, INTERVAL", "600000, IDLE"})
    void forcesInTheBackgroundSayWhyTheyRan(long intervalMillis, ForceReason reason) throws InterruptedException {
        try (WalManager wal = open(Durability.periodic(Duration.ofMillis(intervalMillis)))) {
            Logs.commitRow(wal, 0, 1);

            await("forced 0 " + reason);
        }
    }

    @Test
    void aForceThatWasAskedForIsSeenAsSuch() throws InterruptedException {
        try (WalManager wal = open(Durability.noSync())) {
            Logs.commitRow(wal, 0, 1);
            wal.sync();

            await("forced 0 REQUEST");
        }
    }

    @Test
    void aFullSegmentAndItsForceAreSeen() throws InterruptedException {
        try (WalManager wal = open(Durability.noSync())) {
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 0, 1, Logs.large(Logs.SEGMENT_SIZE * 2 / 3));
                transaction.commit();
            }
            try (WalTransaction transaction = wal.begin()) {
                transaction.insert(Logs.TABLE, 0, 2, Logs.large(Logs.SEGMENT_SIZE * 2 / 3));
                transaction.commit();
            }

            await("rolled 2");
            await("forced 0 SEGMENT_FULL");
        }
    }

    @Test
    void aCheckpointIsSeen() throws InterruptedException {
        try (WalManager wal = open(Durability.groupCommit())) {
            Logs.commitRow(wal, 0, 1);
            wal.checkpoint(0);

            await("checkpointed 0");
        }
    }

    @Test
    void theEndOfTheLogIsSeenWithItsCause() throws InterruptedException {
        try (WalManager wal = open(Durability.groupCommit())) {
            storage.failBy(call -> {
                if (call.forcesTheLog()) {
                    throw new IOException("the disk is gone");
                }
            });
            assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).isInstanceOf(WalException.class);

            await("failed the disk is gone");
        }
    }

    @Test
    void anObserverThatThrowsHurtsNobody() {
        throwing = true;
        try (WalManager wal = open(Durability.groupCommit())) {
            Logs.commitRow(wal, 0, 1);
            wal.checkpointAll();
            Logs.commitRow(wal, 0, 2);

            assertThat(Logs.replayedRows(wal)).containsExactly(2L);
        }
        assertThat(events).isNotEmpty();
    }
}
