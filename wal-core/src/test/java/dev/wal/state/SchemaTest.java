package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.common.StateFailedException;
import dev.wal.record.Value;
import dev.wal.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A record class changes, and what was written before is still read. */
class SchemaTest {
    private static final String TABLE = "accounts";

    private final MemoryStorage storage = new MemoryStorage();

    record First(long id, String owner) {}

    record Second(long id, String owner, long cents) {}

    record Third(String owner, long cents, String currency) {}

    private static TableMap.Builder<Long, First> first(TransactionContext context) {
        return TableMap.builder(TABLE, Serializers.longs(), Serializers.records(First.class), context);
    }

    private static TableMap.Builder<Long, Second> second(TransactionContext context) {
        return TableMap.builder(TABLE, Serializers.longs(), Serializers.records(Second.class), context)
                .schemaVersion(2)
                .upcaster(1, Serializers.ofComponents(SchemaTest::withNoMoney));
    }

    private static TableMap.Builder<Long, Third> third(TransactionContext context) {
        return TableMap.builder(TABLE, Serializers.longs(), Serializers.records(Third.class), context)
                .schemaVersion(3)
                .upcaster(1, Serializers.ofComponents(SchemaTest::withNoMoney))
                .upcaster(
                        2,
                        Serializers.ofComponents(earlier -> List.of(earlier.get(1), earlier.get(2), Value.of("EUR"))));
    }

    private static List<Value> withNoMoney(List<Value> earlier) {
        List<Value> next = new ArrayList<>(earlier);
        next.add(Value.of(0L));
        return next;
    }

    private <V> void write(MapLog.Declaration<V> declaration, long key, V value) {
        try (MapLog.Typed<V> log = MapLog.open(storage, declaration)) {
            log.inTransaction(() -> log.map().put(key, value));
        }
    }

    @Test
    void whatEarlierVersionsWroteIsReadFromTheLog() {
        write(SchemaTest::first, 1, new First(1, "Ada"));
        write(SchemaTest::second, 2, new Second(2, "Bea", 200));
        write(SchemaTest::third, 3, new Third("Cleo", 300, "CHF"));

        try (MapLog.Typed<Third> log = MapLog.open(storage, SchemaTest::third)) {
            assertThat(log.map().copy())
                    .isEqualTo(Map.of(
                            1L, new Third("Ada", 0, "EUR"),
                            2L, new Third("Bea", 200, "EUR"),
                            3L, new Third("Cleo", 300, "CHF")));
        }
    }

    @Test
    void whatEarlierVersionsWroteIsReadFromSnapshotsAndWrittenAnewByTheNextOne() {
        write(SchemaTest::first, 1, new First(1, "Ada"));
        try (MapLog.Typed<First> log = MapLog.open(storage, SchemaTest::first)) {
            log.manager().checkpointAll();
        }
        try (MapLog.Typed<Second> log = MapLog.open(storage, SchemaTest::second)) {
            assertThat(log.map().copy()).isEqualTo(Map.of(1L, new Second(1, "Ada", 0)));
            log.inTransaction(() -> log.map().put(2L, new Second(2, "Bea", 200)));
            log.manager().checkpointAll();
            log.inTransaction(() -> log.map().put(2L, new Second(2, "Bea", 201)));
            log.manager().checkpointAll();
        }

        // Nothing of the first version is left: not even its upcaster is needed any more.
        try (MapLog.Typed<Second> log = MapLog.open(
                storage,
                context -> TableMap.builder(TABLE, Serializers.longs(), Serializers.records(Second.class), context)
                        .schemaVersion(2))) {
            assertThat(log.map().copy()).isEqualTo(Map.of(1L, new Second(1, "Ada", 0), 2L, new Second(2, "Bea", 201)));
        }
    }

    @Test
    void aLaterVersionIsRefusedAndNothingIsLost() {
        write(SchemaTest::first, 1, new First(1, "Ada"));
        write(SchemaTest::second, 2, new Second(2, "Bea", 200));

        assertThatExceptionOfType(SchemaVersionException.class)
                .isThrownBy(() -> MapLog.open(storage, SchemaTest::first))
                .withMessageContaining("'accounts'")
                .withMessageContaining("schema version 2")
                .withMessageContaining("later version of the program");

        try (MapLog.Typed<Second> log = MapLog.open(storage, SchemaTest::second)) {
            assertThat(log.map().size()).isEqualTo(2);
        }
    }

    @Test
    void anEarlierVersionWithoutAnUpcasterIsRefused() {
        write(SchemaTest::first, 1, new First(1, "Ada"));

        assertThatExceptionOfType(SchemaVersionException.class)
                .isThrownBy(() -> MapLog.open(
                        storage,
                        context -> TableMap.builder(
                                        TABLE, Serializers.longs(), Serializers.records(Second.class), context)
                                .schemaVersion(2)))
                .withMessageContaining("no upcaster from version 1 to 2");
    }

    @Test
    void aRecordClassThatChangedWithoutANewVersionIsToldSo() {
        write(SchemaTest::first, 1, new First(1, "Ada"));

        assertThatExceptionOfType(StateFailedException.class)
                .isThrownBy(() -> MapLog.open(
                        storage,
                        context -> TableMap.builder(
                                TABLE, Serializers.longs(), Serializers.records(Second.class), context)))
                .withMessageContaining("LSN")
                .withMessageContaining("has 2 components")
                .withMessageContaining("raise the schema version");
    }

    @Test
    void upcastersThatLeaveAGapAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder()
                        .schemaVersion(4)
                        .upcaster(1, same())
                        .upcaster(3, same())
                        .build())
                .withMessageContaining("no upcaster from schema version 2 to 3");
    }

    @Test
    void upcastersFromVersionsThatAreNotEarlierAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().upcaster(1, same()).build())
                .withMessageContaining("schema version 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder()
                        .schemaVersion(2)
                        .upcaster(0, same())
                        .upcaster(1, same())
                        .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().schemaVersion(2).upcaster(1, same()).upcaster(1, same()))
                .withMessageContaining("two upcasters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().schemaVersion(0).build())
                .withMessageContaining("from 1");
    }

    private static TableMap.Builder<Long, String> builder() {
        return TableMap.builder(TABLE, Serializers.longs(), Serializers.strings(), new NoTransactions());
    }

    private static Upcaster same() {
        UnaryOperator<Value> identity = UnaryOperator.identity();
        return identity::apply;
    }
}
