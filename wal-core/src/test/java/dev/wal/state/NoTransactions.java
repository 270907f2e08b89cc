package dev.wal.state;

import dev.wal.WalTransaction;

/** Nobody has a transaction. */
final class NoTransactions implements TransactionContext {
    @Override
    public WalTransaction current() {
        return null;
    }

    @Override
    public WalTransaction required() {
        throw new IllegalStateException("none");
    }
}
