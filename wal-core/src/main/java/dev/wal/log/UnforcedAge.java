package dev.wal.log;

import java.util.function.LongSupplier;

/** How long the oldest batch that is not forced has been waiting. Changed by holders of the append lock, read by anybody. */
final class UnforcedAge {
    private static final long NONE = Long.MIN_VALUE;

    private final LongSupplier nanoTime;
    private volatile long oldestStaged = NONE;
    private volatile long oldestForcing = NONE;

    UnforcedAge(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void staged() {
        if (oldestStaged == NONE) {
            oldestStaged = nanoTime.getAsLong();
        }
    }

    /** All that was staged is going to be forced. */
    void forcing() {
        oldestForcing = oldestStaged;
        oldestStaged = NONE;
    }

    void forced() {
        oldestForcing = NONE;
    }

    /** 0 if there is no such batch. */
    long nanos() {
        // In this order: a force moves the time from the second to the first, never back.
        long staged = oldestStaged;
        long forcing = oldestForcing;
        long oldest = forcing == NONE ? staged : forcing;
        return oldest == NONE ? 0 : Math.max(0, nanoTime.getAsLong() - oldest);
    }
}
