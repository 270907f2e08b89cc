package dev.wal.demo.crash;

import org.jspecify.annotations.Nullable;

/** A transfer as the ledger shows it. */
record Booked(
        long id, long from, long to, long amount, @Nullable String reference) {

    Request request() {
        return new Request(from, to, amount, reference);
    }
}
