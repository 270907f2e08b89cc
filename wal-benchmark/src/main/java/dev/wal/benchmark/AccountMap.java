package dev.wal.benchmark;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.state.DurableMap;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.TransactionContext;
import dev.wal.state.WalStates;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log with a map of accounts, and transactions that are bound to their threads as a framework would bind them. */
final class AccountMap implements Closeable {
    static final String TABLE = "accounts";
    private static final int FILLED_AT_ONCE = 1_000;

    private final CheckpointBySize checkpoints;
    private final TableMap<Long, Account> map;
    private final WalManager manager;

    /** For those who do not write. */
    static final TransactionContext NO_TRANSACTIONS = new TransactionContext() {
        @Override
        public @Nullable WalTransaction current() {
            return null;
        }

        @Override
        public WalTransaction required() {
            throw new IllegalStateException("no transaction");
        }
    };

    private static final class BoundTransactions implements TransactionContext {
        private static final ThreadLocal<@Nullable WalTransaction> BOUND = new ThreadLocal<>();

        @Override
        public @Nullable WalTransaction current() {
            return BOUND.get();
        }

        @Override
        public WalTransaction required() {
            WalTransaction transaction = BOUND.get();
            if (transaction == null) {
                throw new IllegalStateException("no transaction");
            }
            return transaction;
        }
    }

    /** @param checkpointsBySize whether checkpoints are made as a service would make them, or by the caller alone */
    AccountMap(Path directory, Durability durability, boolean checkpointsBySize) {
        map = table(new BoundTransactions());
        checkpoints = new CheckpointBySize();
        manager = WalManager.open(WalOptions.builder(directory)
                .partitions(Engine.PARTITIONS)
                .durability(durability)
                .observer(checkpoints)
                .build());
        WalStates.attach(manager, List.of(map));
        if (checkpointsBySize) {
            checkpoints.of(manager);
        }
    }

    static TableMap<Long, Account> table(TransactionContext context) {
        return TableMap.builder(TABLE, Serializers.longs(), Account.SERIALIZER, context)
                .build();
    }

    DurableMap<Long, Account> map() {
        return map;
    }

    WalManager manager() {
        return manager;
    }

    long forces() {
        return checkpoints.forces();
    }

    void inTransaction(Runnable action) {
        try (WalTransaction transaction = manager.begin()) {
            BoundTransactions.BOUND.set(transaction);
            action.run();
            transaction.commit();
        } finally {
            BoundTransactions.BOUND.remove();
        }
    }

    /** Adds accounts from 0, many in each transaction. */
    void fill(int entries) {
        for (int from = 0; from < entries; from += FILLED_AT_ONCE) {
            int first = from;
            int end = Math.min(entries, from + FILLED_AT_ONCE);
            inTransaction(() -> {
                for (long id = first; id < end; id++) {
                    map.put(id, Account.of(id));
                }
            });
        }
    }

    /** Changes accounts from 0, one in each transaction. */
    void change(int entries) {
        for (long i = 0; i < entries; i++) {
            long id = i;
            inTransaction(() -> map.put(id, Account.of(id).plus(1)));
        }
    }

    /** Moves an amount, in a transaction of its own: four operations, two records. */
    void transfer(long from, long to, long amount) {
        inTransaction(() -> {
            Account payer = map.getForUpdate(from);
            Account payee = map.getForUpdate(to);
            if (payer == null || payee == null) {
                throw new IllegalStateException("There is no account " + (payer == null ? from : to));
            }
            map.put(from, payer.plus(-amount));
            map.put(to, payee.plus(amount));
        });
    }

    @Override
    public void close() {
        checkpoints.close();
        manager.close();
    }
}
