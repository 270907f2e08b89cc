package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wal.record.Value;
import dev.wal.storage.MemoryStorage;
import org.junit.jupiter.api.Test;

class ChangesInPlaceTest {
    private final MemoryStorage storage = new MemoryStorage();

    /** Breaks the rule that values are immutable. */
    private static final class Counter {
        private long count;

        private Counter(long count) {
            this.count = count;
        }
    }

    private static final Serializer<Counter> SERIALIZER = new Serializer<>() {
        @Override
        public Value toValue(Counter counter) {
            return Value.of(counter.count);
        }

        @Override
        public Counter fromValue(Value value) {
            return new Counter(((Value.Int64) value).value());
        }
    };

    private static TableMap.Builder<Long, Counter> counters(TransactionContext context) {
        return TableMap.builder("counters", Serializers.longs(), SERIALIZER, context);
    }

    private MapLog.Typed<Counter> open() {
        return MapLog.open(storage, context -> counters(context).detectChangesInPlace());
    }

    @Test
    void aValueThatWasChangedInPlaceIsFoundByReadingItAndNamesItsKey() {
        try (MapLog.Typed<Counter> log = open()) {
            log.inTransaction(() -> {
                log.map().put(1L, new Counter(1));
                log.map().put(2L, new Counter(2));
            });
            log.map().get(2L).count++;

            assertThat(log.map().get(1L).count).isEqualTo(1);
            assertThatExceptionOfType(ValueChangedInPlaceException.class)
                    .isThrownBy(() -> log.map().get(2L))
                    .withMessageContaining("key 2")
                    .withMessageContaining("'counters'");
            assertThatExceptionOfType(ValueChangedInPlaceException.class)
                    .isThrownBy(() -> log.inTransaction(() -> log.map().put(2L, new Counter(3))));
            assertThatExceptionOfType(ValueChangedInPlaceException.class)
                    .isThrownBy(() -> log.map().checkUnchanged())
                    .withMessageContaining("key 2");
        }
    }

    @Test
    void aValueThatCameFromTheLogOrASnapshotIsWatchedToo() {
        try (MapLog.Typed<Counter> log = open()) {
            log.inTransaction(() -> log.map().put(1L, new Counter(1)));
            log.manager().checkpointAll();
            log.inTransaction(() -> log.map().put(2L, new Counter(2)));
        }
        for (long key : new long[] {1, 2}) {
            try (MapLog.Typed<Counter> log = open()) {
                assertThatCode(() -> log.map().checkUnchanged()).doesNotThrowAnyException();
                log.map().get(key).count++;
                assertThatExceptionOfType(ValueChangedInPlaceException.class)
                        .isThrownBy(() -> log.map().checkUnchanged())
                        .withMessageContaining("key " + key);
            }
        }
    }

    @Test
    void theObjectThatWasPutMayBeChangedAfterTheCommit() {
        try (MapLog.Typed<Counter> log = open()) {
            Counter mine = new Counter(1);
            log.inTransaction(() -> log.map().put(1L, mine));
            mine.count = 100;

            assertThat(log.map().get(1L).count).isEqualTo(1);
            log.map().checkUnchanged();
        }
    }

    @Test
    void aMapThatDoesNotWatchSaysSo() {
        try (MapLog.Typed<Counter> log = MapLog.open(storage, ChangesInPlaceTest::counters)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> log.map().checkUnchanged())
                    .withMessageContaining("detectChangesInPlace");
        }
    }
}
