package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalStatus;
import dev.wal.WalTransaction;
import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.storage.MemoryStorage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableMapTest {
    private final MemoryStorage storage = new MemoryStorage();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private MapLog log;
    private DurableMap<Long, String> map;

    @BeforeEach
    void open() {
        use(new MapLog(storage));
    }

    private void use(MapLog opened) {
        log = opened;
        map = opened.map();
    }

    @AfterEach
    void close() throws InterruptedException {
        log.close();
        others.shutdown();
        assertThat(others.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private void reopen() {
        log.close();
        use(new MapLog(storage));
    }

    private void put(long key, String value) {
        log.inTransaction(() -> {
            map.put(key, value);
        });
    }

    @Test
    void whatWasCommittedIsBackAfterARestart() {
        put(1, "one");
        put(2, "two");
        put(1, "uno");
        log.inTransaction(() -> {
            map.remove(2L);
        });

        reopen();

        assertThat(map.copy()).containsExactly(Map.entry(1L, "uno"));
    }

    @Test
    void aTransactionSeesItsOwnWritesAndOthersDoNot() throws Exception {
        put(1, "one");
        log.inTransaction(() -> {
            map.put(1L, "mine");
            map.put(2L, "new");
            assertThat(map.get(1L)).isEqualTo("mine");
            assertThat(map.size()).isEqualTo(2);
            Map<Long, String> seen = new HashMap<>();
            map.forEach(seen::put);
            assertThat(seen).containsOnly(Map.entry(1L, "mine"), Map.entry(2L, "new"));

            CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> map.get(1L), others);
            assertThat(other.join()).isEqualTo("one");
            assertThat(CompletableFuture.supplyAsync(map::size, others).join()).isEqualTo(1);
        });
        assertThat(map.get(1L)).isEqualTo("mine");
    }

    @Test
    void aRolledBackTransactionLeavesNothing() {
        put(1, "one");

        assertThatThrownBy(() -> log.inTransaction(() -> {
                    map.put(1L, "lost");
                    map.remove(1L);
                    map.put(2L, "lost");
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");

        assertThat(map.copy()).containsExactly(Map.entry(1L, "one"));
        reopen();
        assertThat(map.copy()).containsExactly(Map.entry(1L, "one"));
    }

    @Test
    void rollingBackToASavepointUndoesWhatCameAfterIt() {
        log.inTransaction(() -> {
            map.put(1L, "one");
            map.put(2L, "two");
            WalTransaction.Savepoint savepoint = log.current().savepoint();
            map.put(1L, "lost");
            map.remove(2L);
            map.put(3L, "lost");
            log.current().rollbackTo(savepoint);
            assertThat(map.get(1L)).isEqualTo("one");
            assertThat(map.get(2L)).isEqualTo("two");
            assertThat(map.get(3L)).isNull();
            map.put(4L, "four");
        });

        reopen();

        assertThat(map.copy()).containsOnly(Map.entry(1L, "one"), Map.entry(2L, "two"), Map.entry(4L, "four"));
    }

    @Test
    void writingAKeyThatChangedSinceItWasReadIsRefused() {
        put(1, "one");

        assertThatThrownBy(() -> log.inTransaction(() -> {
                    String read = map.get(1L);
                    CompletableFuture.runAsync(() -> put(1, "theirs"), others).join();
                    map.put(1L, read + " mine");
                }))
                .isInstanceOf(StaleReadException.class)
                .hasMessageContaining("Key 1 of 'names'");

        assertThat(map.get(1L)).isEqualTo("theirs");
    }

    @Test
    void writingAKeyThatWasAbsentWhenItWasReadAndIsThereNowIsRefused() {
        assertThatThrownBy(() -> log.inTransaction(() -> {
                    assertThat(map.get(1L)).isNull();
                    CompletableFuture.runAsync(() -> put(1, "theirs"), others).join();
                    map.put(1L, "mine");
                }))
                .isInstanceOf(StaleReadException.class);
    }

    @Test
    void getForUpdateLocksAKeyWithoutAValueToo() {
        log.inTransaction(() -> {
            assertThat(map.getForUpdate(1L)).isNull();
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> put(1, "theirs"), others);
            map.put(1L, "mine");
            assertThat(other).isNotCompleted();
        });
        log.inTransaction(() -> {
            map.getForUpdate(1L);
        });
        assertThat(map.get(1L)).isIn("mine", "theirs");
    }

    @Test
    void aLockThatIsNotReleasedInTimeIsAConflict() {
        log.close();
        use(new MapLog(new MemoryStorage(), Duration.ofMillis(1)));

        log.inTransaction(() -> {
            map.getForUpdate(1L);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> put(1, "theirs"), others);
            assertThatThrownBy(other::join)
                    .hasCauseInstanceOf(LockConflictException.class)
                    .hasMessageContaining("Key 1 of 'names'");
        });
    }

    @Test
    void aLockOfASuspendedTransactionOfTheSameThreadFailsAtOnce() {
        log.inTransaction(() -> {
            map.getForUpdate(1L);
            assertThatThrownBy(() -> put(1, "inner"))
                    .isInstanceOf(LockConflictException.class)
                    .hasMessageContaining("suspended");
        });
    }

    @Test
    void aTransactionThatHasEndedLocksNothing() {
        assertThatThrownBy(() -> log.inTransaction(() -> {
                    log.current().rollback();
                    map.put(1L, "late");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has ended");

        put(1, "one");
        assertThat(map.get(1L)).isEqualTo("one");
    }

    @Test
    void concurrentIncrementsLoseNone() {
        put(1, "0");
        CompletableFuture<?>[] threads = IntStream.range(0, 8)
                .mapToObj(thread -> CompletableFuture.runAsync(this::incrementFiftyTimes, others))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(threads).join();

        assertThat(map.get(1L)).isEqualTo("400");
        reopen();
        assertThat(map.get(1L)).isEqualTo("400");
    }

    private void incrementFiftyTimes() {
        for (int i = 0; i < 50; i++) {
            log.inTransaction(() -> {
                map.put(1L, Long.toString(Long.parseLong(map.getForUpdate(1L)) + 1));
            });
        }
    }

    @Test
    void aViewShowsNoTransactionInPart() {
        log.inTransaction(() -> LongRange.of(0, 20).forEach(key -> map.put(key, "0")));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> {
                    for (int i = 1; i <= 200; i++) {
                        String value = Integer.toString(i);
                        log.inTransaction(() -> LongRange.of(0, 20).forEach(key -> map.put(key, value)));
                    }
                },
                others);
        while (!writer.isDone()) {
            assertThat(map.copy().values().stream().distinct()).hasSize(1);
        }
        writer.join();
        assertThat(map.copy().values()).containsOnly("200");
    }

    @Test
    void aRecordThatTheMapCouldNotReadBackIsRefusedBeforeItIsWritten() {
        List<Long> before = appendedLsns();

        assertThatThrownBy(() -> log.manager().logInsert("names", 0, 1, Row.of(Value.of("no key"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'names'")
                .hasMessageContaining("nothing was changed");

        assertThat(appendedLsns()).isEqualTo(before);
        put(1, "one");
    }

    private List<Long> appendedLsns() {
        return log.manager().status().partitions().stream()
                .map(WalStatus.Partition::appendedLsn)
                .toList();
    }

    @Test
    void aMapThatNoLogHasRecoveredSaysSo() {
        TableMap<Long, String> lonely = TableMap.builder(
                        "lonely", Serializers.longs(), Serializers.strings(), new NoTransactions())
                .build();

        assertThatThrownBy(() -> lonely.get(1L))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'lonely'")
                .hasMessageContaining("bean");
    }

    private static final class LongRange {
        private static Iterable<Long> of(long from, long to) {
            return () -> java.util.stream.LongStream.range(from, to).iterator();
        }
    }
}
