package dev.wal.it.join;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long it takes from the end of a transaction to who is told of it. Safe for use by several threads. */
final class HandOver {
    private static final int DIGITS = 3;

    /** When the first of the two happened, by id. */
    private final ConcurrentMap<Long, Long> halves = new ConcurrentHashMap<>();

    private final Recorder nanos = new Recorder(DIGITS);

    /** The transaction with this id has returned. */
    void committed(long id) {
        long now = System.nanoTime();
        // Told already: in no time.
        if (halves.putIfAbsent(id, now) != null) {
            halves.remove(id);
            nanos.recordValue(0);
        }
    }

    /** Somebody is told of it. Later calls for the same id do not count. */
    void told(long id) {
        long now = System.nanoTime();
        Long committed = halves.putIfAbsent(id, now);
        if (committed != null) {
            halves.remove(id);
            nanos.recordValue(Math.max(0, now - committed));
        }
    }

    /** What was found since the last call. */
    Histogram take() {
        return nanos.getIntervalHistogram();
    }

    /** How many wait to be told, about. */
    int waiting() {
        return halves.size();
    }
}
