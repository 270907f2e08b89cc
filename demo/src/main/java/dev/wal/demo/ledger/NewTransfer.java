package dev.wal.demo.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A transfer to be booked.
 *
 * @param amount in minor units
 * @param reference chosen by the caller; a transfer is booked once for each, however often it is asked for
 */
public record NewTransfer(
        long from, long to, long amount, @Nullable String reference) {
    private static final int REFERENCE_LENGTH_MAX = 200;

    public NewTransfer {
        Check.that(amount > 0, "amount must be positive");
        Check.that(from != to, "from and to must be different accounts");
        if (reference != null) {
            Check.text("reference", reference, REFERENCE_LENGTH_MAX);
        }
    }

    Transfer booked(long id) {
        return new Transfer(id, from, to, amount, reference);
    }
}
