package dev.wal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the ids of the engine's transactions: negative, so that callers' ids, which are not, never meet them, and different in each incarnation, so that an unfinished
 * transaction of an earlier one is never continued. Safe for use by several threads.
 */
final class TransactionIds {
    private static final int COUNTER_BITS = 43;
    private static final int INCARNATION_BITS = 20;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

    private final long prefix;
    private final AtomicLong counter = new AtomicLong();

    TransactionIds(int incarnation) {
        long bits = incarnation & ((1L << INCARNATION_BITS) - 1);
        prefix = Long.MIN_VALUE | bits << COUNTER_BITS;
    }

    long next() {
        // Wraps after 8.8 × 10¹² transactions, when those of the same number are long decided; 0 is left out.
        while (true) {
            long number = counter.incrementAndGet() & COUNTER_MASK;
            if (number != 0) {
                return prefix | number;
            }
        }
    }
}
