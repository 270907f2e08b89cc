package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.WalChange;
import dev.wal.storage.MemoryStorage;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read while the changes of another transaction are being applied. */
class HalfwayReadsTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final ThreadLocal<@Nullable WalTransaction> bound = new ThreadLocal<>();
    private final TableMap<Long, Long> map = TableMap.builder(
                    "counters", Serializers.longs(), Serializers.longs(), new Bound())
            .lockTimeout(Duration.ofSeconds(10))
            .build();
    private final Halfway halfway = new Halfway();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    private final class Bound implements TransactionContext {
        @Override
        public @Nullable WalTransaction current() {
            return bound.get();
        }

        @Override
        public WalTransaction required() {
            return Objects.requireNonNull(bound.get());
        }
    }

    /** Waits while it applies its change, which lies between others of a transaction. */
    private static final class Halfway implements WalState {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public String name() {
            return "halfway";
        }

        @Override
        public Set<String> tables() {
            return Set.of("halfway");
        }

        @Override
        public void apply(WalChange change) {
            reached.countDown();
            await(goOn);
        }

        @Override
        public Frozen freeze(int partition) {
            return out -> {};
        }

        @Override
        public void restore(int partition, InputStream snapshot) {}
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        other.shutdownNow();
    }

    /** @param maxTransactionSize whether the changes are applied from memory, or read back */
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 1024})
    void aValueThatItsOwnTransactionHasOverwrittenIsStale(int maxTransactionSize) {
        try (WalManager wal = WalManager.open(WalOptions.builder(storage.directory())
                .storage(storage)
                .segmentSize(64 * 1024)
                .maxTransactionSize(maxTransactionSize)
                .build())) {
            WalStates.attach(wal, List.of(map, halfway));
            CompletableFuture<Void> incrementing = CompletableFuture.runAsync(() -> incrementTwice(wal), other);
            await(halfway.reached);
            try (WalTransaction transaction = wal.begin()) {
                bound.set(transaction);
                Long seen = map.get(1L);
                assertThat(seen).as("what is there for a moment").isEqualTo(1);
                halfway.goOn.countDown();
                incrementing.orTimeout(20, TimeUnit.SECONDS).join();

                assertThatThrownBy(() -> map.put(1L, seen + 1)).isInstanceOf(StaleReadException.class);
            } finally {
                halfway.goOn.countDown();
                bound.remove();
            }
            assertThat(map.get(1L)).isEqualTo(2);
        }
    }

    private void incrementTwice(WalManager wal) {
        try (WalTransaction transaction = wal.begin()) {
            bound.set(transaction);
            map.put(1L, 1L);
            for (int row = 0; row < 40; row++) {
                transaction.insert("halfway", 0, row, Row.of());
            }
            map.put(1L, 2L);
            transaction.commit();
        } finally {
            bound.remove();
        }
    }
}
