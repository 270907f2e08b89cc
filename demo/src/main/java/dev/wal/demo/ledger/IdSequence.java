package dev.wal.demo.ledger;

import dev.wal.state.DurableMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers for new entries of a map, greater than all that are in it. Kept in memory: a counter in the log would make all transactions wait for its lock. The
 * number of a transaction that rolled back is not used again before a restart.
 */
final class IdSequence {
    private final AtomicLong last = new AtomicLong();

    private IdSequence() {}

    /** Goes on after the entries of a map from which nothing is ever removed. */
    static IdSequence after(DurableMap<Long, ?> existing) {
        IdSequence sequence = new IdSequence();
        existing.forEach((id, value) -> sequence.last.accumulateAndGet(id, Math::max));
        return sequence;
    }

    long next() {
        return last.incrementAndGet();
    }
}
