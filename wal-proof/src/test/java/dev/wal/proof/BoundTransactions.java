package dev.wal.proof;

import dev.wal.WalTransaction;
import dev.wal.state.TransactionContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transaction for each thread. */
final class BoundTransactions implements TransactionContext {
    private final ThreadLocal<@Nullable WalTransaction> bound = new ThreadLocal<>();

    void bind(@Nullable WalTransaction transaction) {
        bound.set(transaction);
    }

    @Override
    public @Nullable WalTransaction current() {
        return bound.get();
    }

    @Override
    public WalTransaction required() {
        return Objects.requireNonNull(bound.get(), "no transaction");
    }
}
