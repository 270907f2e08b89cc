package dev.wal.spring.modulith;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Finds incomplete publications by listener and event without looking at all of them. Holds hashes of events, and may lag behind commits of others: who asks
 * looks each candidate up. Safe for use by several threads.
 */
final class IncompleteIndex {
    private static final UUID LEAST_ID = new UUID(Long.MIN_VALUE, Long.MIN_VALUE);

    private final NavigableSet<Entry> entries = new ConcurrentSkipListSet<>();

    private record Entry(String listenerId, int eventHash, Instant publicationDate, UUID id)
            implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::listenerId)
                .thenComparingInt(Entry::eventHash)
                .thenComparing(Entry::publicationDate)
                .thenComparing(Entry::id);

        private static Entry of(UUID id, StoredEvent event) {
            return new Entry(event.listenerId(), event.serializedEvent().hashCode(), event.publicationDate(), id);
        }

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    void add(UUID id, StoredEvent event) {
        entries.add(Entry.of(id, event));
    }

    void remove(UUID id, StoredEvent event) {
        entries.remove(Entry.of(id, event));
    }

    /** Publications to a listener whose events may be the given one, the oldest first. */
    List<UUID> candidates(String listenerId, String serializedEvent) {
        int hash = serializedEvent.hashCode();
        List<UUID> candidates = new ArrayList<>();
        for (Entry entry : entries.tailSet(new Entry(listenerId, hash, Instant.MIN, LEAST_ID))) {
            if (!entry.listenerId.equals(listenerId) || entry.eventHash != hash) {
                break;
            }
            candidates.add(entry.id);
        }
        return candidates;
    }
}
