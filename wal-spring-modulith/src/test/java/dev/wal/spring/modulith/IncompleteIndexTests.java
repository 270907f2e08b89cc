package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IncompleteIndexTests {
    private static final Instant DATE = Instant.parse("2026-01-01T00:00:00Z");

    private final IncompleteIndex index = new IncompleteIndex();
    private final UUID first = new UUID(-1, -1);
    private final UUID second = new UUID(1, 1);

    @Test
    void candidatesAreThoseOfTheSameListenerAndHashOldestFirst() {
        index.add(second, event("listener", "Aa", 0));
        index.add(first, event("listener", "BB", 1));
        index.add(new UUID(0, 1), event("listener", "other", 0));
        index.add(new UUID(0, 2), event("listener2", "Aa", 0));
        index.add(new UUID(0, 3), event("a listener", "Aa", 0));

        assertThat(index.candidates("listener", "Aa")).isEqualTo(List.of(second, first));
        assertThat(index.candidates("listener3", "Aa")).isEmpty();
    }

    @Test
    void whatIsRemovedIsNoCandidate() {
        index.add(first, event("listener", "a", 0));
        index.add(second, event("listener", "a", 0));

        index.remove(first, event("listener", "a", 0));

        assertThat(index.candidates("listener", "a")).containsExactly(second);
    }

    private static StoredEvent event(String listener, String text, int second) {
        return new StoredEvent(listener, "type", text, DATE.plusSeconds(second));
    }
}
