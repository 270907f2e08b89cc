package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import dev.wal.storage.MemoryStorage;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MapViewTest {
    private static final int KEYS = 12;

    private static Map<Long, String> contents(MapView<Long, String> view) {
        Map<Long, String> contents = new HashMap<>();
        for (Map.Entry<Long, String> entry : view) {
            assertThat(contents.put(entry.getKey(), entry.getValue()))
                    .as("key %s was shown before", entry.getKey())
                    .isNull();
        }
        return contents;
    }

    private static void assertShows(MapView<Long, String> view, Map<Long, String> expected) {
        assertThat(contents(view)).isEqualTo(expected);
        assertThat(view.size()).isEqualTo(expected.size());
        for (long key = 0; key < KEYS; key++) {
            assertThat(view.get(key)).isEqualTo(expected.get(key));
        }
    }

    @Property(tries = 300)
    void aViewStaysAsItWas(@ForAll @Size(max = 60) List<@IntRange(max = KEYS * 4 - 1) Integer> steps) {
        try (MapLog log = new MapLog(new MemoryStorage())) {
            DurableMap<Long, String> map = log.map();
            Map<Long, String> model = new HashMap<>();
            Map<MapView<Long, String>, Map<Long, String>> views = new HashMap<>();
            int time = 0;
            for (int step : steps) {
                long key = step % KEYS;
                String value = "at " + time++;
                switch (step / KEYS) {
                    case 0, 1 -> {
                        log.inTransaction(() -> map.put(key, value));
                        model.put(key, value);
                    }
                    case 2 -> {
                        log.inTransaction(() -> map.remove(key));
                        model.remove(key);
                    }
                    default -> {
                        if (key % 2 == 0) {
                            views.put(map.view(), Map.copyOf(model));
                        } else {
                            views.keySet().stream().findFirst().ifPresent(view -> {
                                view.close();
                                views.remove(view);
                            });
                        }
                    }
                }
                assertThat(map.copy()).isEqualTo(model);
                assertThat(map.size()).isEqualTo(model.size());
                views.forEach(MapViewTest::assertShows);
            }
            views.keySet().forEach(MapView::close);
        }
    }

    @Test
    void aViewDoesNotShowWhatTheOwnTransactionHasWritten() {
        try (MapLog log = new MapLog(new MemoryStorage())) {
            log.inTransaction(() -> {
                log.map().put(1L, "mine");
                assertThat(log.map().copy()).isEmpty();
            });
            assertThat(log.map().copy()).containsOnly(entry(1L, "mine"));
        }
    }

    @Test
    void aViewKnowsItsPosition() {
        try (MapLog log = new MapLog(new MemoryStorage())) {
            log.inTransaction(() -> log.map().put(1L, "one"));
            try (MapView<Long, String> view = log.map().view()) {
                log.inTransaction(() -> log.map().put(2L, "two"));

                assertThat(view.position())
                        .isPositive()
                        .isLessThan(log.manager().status().position());
                assertThat(contents(view)).containsOnlyKeys(1L);
            }
        }
    }

    @Test
    void viewsOfSeveralMapsMayBeOfTheSameMoment() {
        try (MapLog log = new MapLog(new MemoryStorage())) {
            log.manager().betweenCommits(position -> {
                try (MapView<Long, String> view = log.map().view()) {
                    assertThat(view.position()).isEqualTo(position);
                }
                return position;
            });
        }
    }

    @Test
    void aClosedViewIsNotReadAnyMore() {
        try (MapLog log = new MapLog(new MemoryStorage())) {
            MapView<Long, String> view = log.map().view();
            view.close();
            view.close();

            assertThatIllegalStateException().isThrownBy(view::iterator).withMessageContaining("closed");
            assertThatIllegalStateException().isThrownBy(() -> view.get(1L)).withMessageContaining("names");
        }
    }

    @Test
    void goingThroughAViewWhileEverythingChangesShowsEachKeyOnce() throws Exception {
        int keys = 3_000;
        try (MapLog log = new MapLog(new MemoryStorage())) {
            DurableMap<Long, String> map = log.map();
            log.inTransaction(() -> LongStream.range(0, keys).forEach(key -> map.put(key, "old")));
            try (MapView<Long, String> view = map.view()) {
                AtomicBoolean done = new AtomicBoolean();
                AtomicInteger rounds = new AtomicInteger();
                CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                    for (int round = 0; !done.get(); round++) {
                        int offset = round;
                        log.inTransaction(() -> LongStream.range(0, 100).forEach(i -> {
                            long key = (i * 31 + offset * 7L) % (2 * keys);
                            if (offset % 2 == 0) {
                                map.remove(key);
                            } else {
                                map.put(key, "new");
                            }
                        }));
                        rounds.incrementAndGet();
                    }
                });
                try {
                    for (int i = 0; i < 50 || rounds.get() < 50 && !writer.isDone(); i++) {
                        Map<Long, String> seen = contents(view);
                        assertThat(seen).hasSize(keys);
                        assertThat(seen.values()).containsOnly("old");
                    }
                } finally {
                    done.set(true);
                    writer.get(30, TimeUnit.SECONDS);
                }
                assertThat(rounds).as("rounds of the writer").hasValueGreaterThanOrEqualTo(50);
            }
            Iterator<Map.Entry<Long, String>> entries = map.iterator();
            int counted = 0;
            for (; entries.hasNext(); counted++) {
                entries.next();
            }
            assertThat(map.size()).isEqualTo(counted);
        }
    }
}
