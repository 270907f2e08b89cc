package dev.wal;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What happened in lives of logs, so that a test can see that enough did. */
final class Tally {
    /** What is counted. */
    enum Event {
        COMMITS,
        COMMITS_OF_UNKNOWN_OUTCOME,
        SPILLED_COMMITS,
        PREPARED_TRANSACTIONS,
        TRANSACTIONS_FOUND_IN_DOUBT,
        ACKNOWLEDGED_WITHOUT_A_FORCE_AND_LOST,
        REFUSED_FOR_SPACE,
        FAILED_LOGS,
        OPENS,
        KILLS,
        POWER_CUTS,
        RECOVERIES_CUT_OFF,
        TORN_TAILS,
        CHECKPOINTS,
        AUTOMATIC_CHECKPOINTS,
        SEGMENTS_MADE,
        SEGMENTS_USED_AGAIN,
        SEGMENTS_DROPPED,
        DAMAGED_SNAPSHOTS,
        LOGS_STOPPED_AT_DAMAGE
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    void add(Event event) {
        add(event, 1);
    }

    void add(Event event, long count) {
        counts.merge(event, count, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach(this::add);
    }

    long count(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
