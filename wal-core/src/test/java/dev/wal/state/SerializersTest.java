package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.storage.MemoryStorage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerializersTest {
    private static final List<Double> DOUBLES =
            List.of(0.0, -0.0, 0.1, Double.MIN_VALUE, -Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY);

    private final MemoryStorage storage = new MemoryStorage();

    private static <V> MapLog.Typed<V> open(MemoryStorage storage, Serializer<V> values) {
        return MapLog.open(storage, context -> TableMap.builder("t", Serializers.longs(), values, context));
    }

    @Test
    void doublesComeBackAsTheyWere() {
        try (MapLog.Typed<Double> log = open(storage, Serializers.doubles())) {
            log.inTransaction(() -> {
                for (int i = 0; i < DOUBLES.size(); i++) {
                    log.map().put((long) i, DOUBLES.get(i));
                }
            });
        }
        try (MapLog.Typed<Double> log = open(storage, Serializers.doubles())) {
            for (int i = 0; i < DOUBLES.size(); i++) {
                assertThat(log.map().get((long) i)).isEqualTo(DOUBLES.get(i));
            }
        }
    }

    @Test
    void booleansComeBackAsTheyWere() {
        try (MapLog.Typed<Boolean> log = open(storage, Serializers.booleans())) {
            log.inTransaction(() -> {
                log.map().put(0L, false);
                log.map().put(1L, true);
            });
        }
        try (MapLog.Typed<Boolean> log = open(storage, Serializers.booleans())) {
            assertThat(log.map().get(0L)).isFalse();
            assertThat(log.map().get(1L)).isTrue();
        }
    }

    @Test
    void theyStoreNoKeys() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyHash.of(Serializers.doubles().toValue(0.5)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyHash.of(Serializers.booleans().toValue(true)));
    }
}
