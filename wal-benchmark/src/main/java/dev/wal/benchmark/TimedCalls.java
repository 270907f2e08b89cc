package dev.wal.benchmark;

import java.util.ArrayList;
import java.util.List;

/** When the calls of one thread began and ended, those apart that took less than {@link #LEAST_NANOS}, which are only counted. For one thread, and for another once that has ended. */
final class TimedCalls {
    static final long LEAST_NANOS = 500_000;

    private final List<long[]> slow = new ArrayList<>();
    private volatile long count;

    /** Says that a call began at one moment and ended at another. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
    void ended(long start, long end) {
        count++;
        if (end - start >= LEAST_NANOS) {
            slow.add(new long[] {start, end});
        }
    }

    /** Calls so far; asked by any thread. */
    long count() {
        return count;
    }

    /** The longest of those calls that touched a time, in nanoseconds, without what collections took of it; 0 if all were shorter than the least. */
    long longest(long start, long end, GcPauses pauses) {
        return slow.stream()
                .filter(call -> call[0] < end && call[1] > start)
                .mapToLong(call -> pauses.without(call[0], call[1]))
                .max()
                .orElse(0);
    }

    /** As {@link #longest}, with collections. */
    long longestOfAll(long start, long end) {
        return slow.stream()
                .filter(call -> call[0] < end && call[1] > start)
                .mapToLong(call -> call[1] - call[0])
                .max()
                .orElse(0);
    }
}
