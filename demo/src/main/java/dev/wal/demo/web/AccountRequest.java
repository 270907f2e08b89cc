package dev.wal.demo.web;

import dev.wal.demo.ledger.NewAccount;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /accounts}. */
record AccountRequest(@Nullable String owner, @Nullable Long balance) {

    NewAccount checked() {
        return new NewAccount(Required.field("owner", owner), Required.field("balance", balance));
    }
}
