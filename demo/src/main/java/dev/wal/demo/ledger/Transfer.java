package dev.wal.demo.ledger;

import org.jspecify.annotations.Nullable;

/** A transfer that is booked. */
public record Transfer(
        long id, long from, long to, long amount, @Nullable String reference) {

    boolean touches(long account) {
        return from == account || to == account;
    }
}
