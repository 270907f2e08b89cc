package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.wal.storage.MemoryStorage;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of get, put and remove, and going through a map. */
class MapOperationsTest {
    private final MemoryStorage storage = new MemoryStorage();
    private MapLog log;
    private DurableMap<Long, String> map;

    @BeforeEach
    void open() {
        log = new MapLog(storage);
        map = log.map();
        log.inTransaction(() -> {
            map.put(1L, "one");
        });
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Object in(Function<DurableMap<Long, String>, Object> action) {
        return log.<Object>inTransaction(() -> action.apply(map));
    }

    @Test
    void putIfAbsentSetsAKeyThatHasNoValueAndNoOther() {
        assertThat(in(m -> m.putIfAbsent(1L, "uno"))).isEqualTo("one");
        assertThat(in(m -> m.putIfAbsent(2L, "two"))).isNull();
        assertThat(map.copy()).containsOnly(entry(1L, "one"), entry(2L, "two"));
    }

    @Test
    void replaceSetsAKeyThatHasAValueAndNoOther() {
        assertThat(in(m -> m.replace(1L, "uno"))).isEqualTo("one");
        assertThat(in(m -> m.replace(2L, "dos"))).isNull();
        assertThat(map.copy()).containsOnly(entry(1L, "uno"));
    }

    @Test
    void replaceOfAnExpectedValueSetsNoOther() {
        assertThat(in(m -> m.replace(1L, "two", "dos"))).isEqualTo(false);
        assertThat(in(m -> m.replace(2L, "two", "dos"))).isEqualTo(false);
        assertThat(in(m -> m.replace(1L, "one", "uno"))).isEqualTo(true);
        assertThat(map.copy()).containsOnly(entry(1L, "uno"));
    }

    @Test
    void computeSetsReplacesAndRemoves() {
        assertThat(in(m -> m.compute(1L, (key, value) -> value + "!"))).isEqualTo("one!");
        assertThat(in(m -> m.compute(2L, (key, value) -> "new " + key + value))).isEqualTo("new 2null");
        assertThat(map.copy()).containsOnly(entry(1L, "one!"), entry(2L, "new 2null"));

        assertThat(in(m -> m.compute(1L, (key, value) -> null))).isNull();
        assertThat(in(m -> m.compute(3L, (key, value) -> null))).isNull();
        assertThat(map.copy()).containsOnlyKeys(2L);
    }

    @Test
    void aFunctionThatThrowsChangesNothing() {
        log.inTransaction(() -> {
            assertThatThrownBy(() -> map.compute(1L, (key, value) -> {
                        throw new IllegalStateException("mine");
                    }))
                    .hasMessage("mine");
            assertThat(map.get(1L)).isEqualTo("one");
        });
        assertThat(map.copy()).containsOnly(entry(1L, "one"));
    }

    @Test
    void nullIsNoValue() {
        log.inTransaction(() -> {
            assertThatNullPointerException().isThrownBy(() -> map.put(1L, null));
            assertThatNullPointerException().isThrownBy(() -> map.putIfAbsent(1L, null));
            assertThatNullPointerException().isThrownBy(() -> map.replace(2L, null));
            assertThatNullPointerException().isThrownBy(() -> map.replace(1L, "two", null));
        });
        assertThat(map.copy()).containsOnly(entry(1L, "one"));
    }

    @Test
    void eachOfThemLocksItsKeyWhetherItSetsAnythingOrNot() {
        List<Consumer<DurableMap<Long, String>>> operations = List.of(
                m -> m.putIfAbsent(1L, "uno"),
                m -> m.replace(7L, "siete"),
                m -> m.replace(1L, "two", "dos"),
                m -> m.compute(7L, (key, value) -> null));
        for (int i = 0; i < operations.size(); i++) {
            Consumer<DurableMap<Long, String>> operation = operations.get(i);
            long locked = i % 2 == 0 ? 1 : 7;
            log.inTransaction(() -> {
                operation.accept(map);
                // A transaction of the same thread cannot have a lock of the one around it, and is told at once.
                assertThatThrownBy(() -> log.inTransaction(() -> map.getForUpdate(locked)))
                        .isInstanceOf(LockConflictException.class);
            });
        }
    }

    @Test
    void goingThroughAMapShowsTheOwnTransactionsWritesOnce() {
        log.inTransaction(() -> {
            map.put(2L, "two");
            map.put(3L, "three");
        });
        log.inTransaction(() -> {
            map.put(1L, "uno");
            map.remove(2L);
            map.put(4L, "cuatro");

            Map<Long, String> seen = new HashMap<>();
            for (Map.Entry<Long, String> entry : map) {
                assertThat(seen.put(entry.getKey(), entry.getValue())).isNull();
            }
            assertThat(seen).containsOnly(entry(1L, "uno"), entry(3L, "three"), entry(4L, "cuatro"));
            assertThat(map.size()).isEqualTo(3);
            assertThat(CompletableFuture.supplyAsync(map::copy).join())
                    .containsOnly(entry(1L, "one"), entry(2L, "two"), entry(3L, "three"));
        });
    }

    @Test
    void anIteratorEndsWithAnException() {
        Iterator<Map.Entry<Long, String>> entries = map.iterator();

        assertThat(entries.next()).isEqualTo(entry(1L, "one"));
        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sizeCountsWhatIsThere(boolean frozen) {
        MapView<Long, String> view = frozen ? map.view() : null;
        log.inTransaction(() -> {
            map.put(2L, "two");
            map.put(2L, "dos");
        });
        assertThat(map.size()).isEqualTo(2);
        log.inTransaction(() -> {
            map.remove(2L);
            map.remove(3L);
        });
        assertThat(map.size()).isEqualTo(1);
        log.inTransaction(() -> {
            map.put(2L, "two");
        });
        assertThat(map.size()).isEqualTo(2);
        if (view != null) {
            assertThat(view.size()).isEqualTo(1);
            view.close();
        }
        log.inTransaction(() -> {
            map.remove(1L);
            map.remove(2L);
        });
        assertThat(map.size()).isZero();
        assertThat(map.copy()).isEmpty();
    }
}
