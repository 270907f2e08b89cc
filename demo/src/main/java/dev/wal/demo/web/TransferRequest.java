package dev.wal.demo.web;

import dev.wal.demo.ledger.NewTransfer;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /transfers}. */
record TransferRequest(
        @Nullable Long from,
        @Nullable Long to,
        @Nullable Long amount,
        @Nullable String reference) {

    NewTransfer checked() {
        return new NewTransfer(
                Required.field("from", from), Required.field("to", to), Required.field("amount", amount), reference);
    }
}
