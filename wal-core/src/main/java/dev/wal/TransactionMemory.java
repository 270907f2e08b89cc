package dev.wal;

import java.util.concurrent.atomic.AtomicLong;

/** What all open transactions keep in memory together. Safe for use by several threads. */
final class TransactionMemory {
    /** How many transactions of the largest size there is room for. */
    private static final int TRANSACTIONS = 8;

    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    TransactionMemory(long maxTransactionSize) {
        this.maxBytes = TRANSACTIONS * maxTransactionSize;
    }

    /** Takes memory if there is as much. */
    boolean tryTake(long bytes) {
        if (used.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
