package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Snapshots of several partitions, and states that can or cannot take them at once. */
class RestoringTest {
    private static final int PARTITIONS = 8;

    private final MemoryStorage storage = new MemoryStorage();

    private static class Partitions implements WalState {
        private final List<Integer> restored = new ArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private final Set<Thread> restoredBy = ConcurrentHashMap.newKeySet();
        private int most;

        @Override
        public String name() {
            return "partitions";
        }

        @Override
        public Set<String> tables() {
            return Set.of("t");
        }

        @Override
        public void restore(int partition, InputStream snapshot) {
            most = Math.max(most, inside.incrementAndGet());
            restored.add(partition);
            restoredBy.add(Thread.currentThread());
            Thread.yield();
            inside.decrementAndGet();
        }

        @Override
        public void apply(WalChange change) {}

        @Override
        public Frozen freeze(int partition) {
            return out -> out.write(partition);
        }
    }

    private WalManager open() {
        return WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .partitions(PARTITIONS)
                .segmentSize(16 * 1024)
                .build());
    }

    private void checkpointEach() {
        try (WalManager wal = open()) {
            WalStates.attach(wal, List.of(new Partitions()));
            for (int partition = 0; partition < PARTITIONS; partition++) {
                wal.logInsert("t", partition, 1, Row.of());
            }
            wal.checkpointAll();
        }
    }

    @Test
    void aStateThatSaysNothingIsGivenOnePartitionAtATimeByTheThreadThatAttachesIt() {
        checkpointEach();
        Partitions state = new Partitions();
        try (WalManager wal = open()) {
            WalStates.attach(wal, List.of(state));
        }
        assertThat(state.restored).hasSize(PARTITIONS).doesNotHaveDuplicates();
        assertThat(state.most).isEqualTo(1);
        assertThat(state.restoredBy).containsExactly(Thread.currentThread());
    }

    @Test
    void aStateThatSaysSoIsGivenSeveralPartitionsAtOnce() {
        checkpointEach();
        CountDownLatch two = new CountDownLatch(2);
        Partitions state = new Partitions() {
            @Override
            public boolean recoversInAnyThread() {
                return true;
            }

            @Override
            public void restore(int partition, InputStream snapshot) {
                two.countDown();
                try {
                    assertThat(two.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        try (WalManager wal = open()) {
            WalStates.attach(wal, List.of(state));
        }
        assertThat(two.getCount()).isZero();
    }
}
