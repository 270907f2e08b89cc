package dev.wal.state;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.WalTransaction;
import dev.wal.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A log with one map of texts, and transactions that are bound to the thread as a framework would bind them. */
final class MapLog implements AutoCloseable {
    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    private final Typed<String> log;

    MapLog(Storage storage) {
        this(storage, LOCK_TIMEOUT);
    }

    MapLog(Storage storage, Duration lockTimeout) {
        log = open(
                storage,
                context -> TableMap.builder("names", Serializers.longs(), Serializers.strings(), context)
                        .lockTimeout(lockTimeout));
    }

    /** How a map is made. */
    @FunctionalInterface
    interface Declaration<V> {
        TableMap.Builder<Long, V> in(TransactionContext context);
    }

    static <V> Typed<V> open(Storage storage, Declaration<V> declaration) {
        return new Typed<>(storage, declaration);
    }

    DurableMap<Long, String> map() {
        return log.map();
    }

    WalManager manager() {
        return log.manager();
    }

    TransactionContext context() {
        return log.context();
    }

    /** Runs an action in a transaction of its own, which is rolled back if it throws. */
    <T extends @Nullable Object> T inTransaction(Supplier<T> action) {
        return log.inTransaction(action);
    }

    void inTransaction(Runnable action) {
        log.inTransaction(action);
    }

    /** The transaction of the thread. */
    WalTransaction current() {
        return log.current();
    }

    @Override
    public void close() {
        log.close();
    }

    /** The same with a map of any values. */
    static final class Typed<V> implements AutoCloseable {
        private final ThreadLocal<@Nullable WalTransaction> bound = new ThreadLocal<>();
        private final TableMap<Long, V> map;
        private final WalManager manager;

        private Typed(Storage storage, Declaration<V> declaration) {
            map = declaration.in(new Context()).build();
            manager = WalManager.open(WalOptions.builder(storage.directory())
                    .storage(storage)
                    .segmentSize(16 * 1024)
                    .build());
            try {
                WalStates.attach(manager, List.of(map));
            } catch (Throwable e) {
                manager.close();
                throw e;
            }
        }

        DurableMap<Long, V> map() {
            return map;
        }

        WalManager manager() {
            return manager;
        }

        TransactionContext context() {
            return new Context();
        }

        <T extends @Nullable Object> T inTransaction(Supplier<T> action) {
            WalTransaction outer = bound.get();
            try (WalTransaction transaction = manager.begin()) {
                bound.set(transaction);
                T result = action.get();
                transaction.commit();
                return result;
            } finally {
                bound.set(outer);
            }
        }

        void inTransaction(Runnable action) {
            this.<@Nullable Void>inTransaction(() -> {
                action.run();
                return null;
            });
        }

        WalTransaction current() {
            WalTransaction transaction = bound.get();
            if (transaction == null) {
                throw new IllegalStateException("no transaction");
            }
            return transaction;
        }

        @Override
        public void close() {
            manager.close();
        }

        private final class Context implements TransactionContext {
            @Override
            public @Nullable WalTransaction current() {
                return bound.get();
            }

            @Override
            public WalTransaction required() {
                return Typed.this.current();
            }
        }
    }
}
