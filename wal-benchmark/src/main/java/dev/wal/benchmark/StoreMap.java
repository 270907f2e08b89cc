package dev.wal.benchmark;

import dev.wal.state.TableMap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.tx.Transaction;
import org.h2.mvstore.tx.TransactionMap;
import org.h2.mvstore.tx.TransactionStore;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * The transactional map of H2's MVStore. It has no level of durability that is ours: either its own thread writes each second, or everyone who commits has the store written and forced; those
 * who wait for that meanwhile share it, which is done here around the store.
 */
final class StoreMap implements Contender.Session {
    private static final int FILLED_AT_ONCE = 1_000;

    private final MVStore store;
    private final TransactionStore transactions;
    private final boolean forcing;
    private final int entries;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong committed = new AtomicLong();

    // Guarded by lock.
    private long forced;
    private long forces;

    private static final class AccountType extends BasicDataType<Account> {
        /** About what an account and its text take on the heap. */
        private static final int MEMORY = 150;

        @Override
        public int getMemory(Account account) {
            return MEMORY;
        }

        @Override
        public void write(WriteBuffer buffer, Account account) {
            byte[] bytes = account.toBytes();
            buffer.put((byte) bytes.length).put(bytes);
        }

        @Override
        public Account read(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.get()];
            buffer.get(bytes);
            return Account.fromBytes(ByteBuffer.wrap(bytes));
        }

        @Override
        public Account[] createStorage(int size) {
            return new Account[size];
        }
    }

    private StoreMap(Path directory, boolean forcing, int entries) {
        this.forcing = forcing;
        this.entries = entries;
        MVStore.Builder builder =
                new MVStore.Builder().fileName(directory.resolve("store.mv").toString());
        store = forcing ? builder.autoCommitDisabled().open() : builder.open();
        transactions = new TransactionStore(store);
        transactions.init();
        fill();
        store.commit();
        store.sync();
    }

    /** @param forcing whether a commit returns once the store was written and forced; else the store's own thread writes each second */
    static Contender of(String name, boolean forcing, int entries, int threads) {
        return new Contender(
                name, threads, MapContenders.OPERATIONS, directory -> new StoreMap(directory, forcing, entries));
    }

    private static TransactionMap<Long, Account> map(Transaction transaction) {
        return transaction.openMap(AccountMap.TABLE, LongDataType.INSTANCE, new AccountType());
    }

    private void fill() {
        for (int from = 0; from < entries; from += FILLED_AT_ONCE) {
            Transaction transaction = transactions.begin();
            TransactionMap<Long, Account> map = map(transaction);
            for (long id = from; id < Math.min(entries, from + FILLED_AT_ONCE); id++) {
                map.put(id, Account.of(id));
            }
            transaction.commit();
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        return MapContenders.random(this::transfer, entries);
    }

    private void transfer(long from, long to, long amount) {
        Transaction transaction = transactions.begin();
        transaction.setTimeoutMillis((int) TableMap.DEFAULT_LOCK_TIMEOUT.toMillis());
        TransactionMap<Long, Account> map = map(transaction);
        Account payer = map.lock(from);
        Account payee = map.lock(to);
        map.put(from, payer.plus(-amount));
        map.put(to, payee.plus(amount));
        transaction.commit();
        if (forcing) {
            force(committed.incrementAndGet());
        }
    }

    private void force(long commit) {
        lock.lock();
        try {
            if (forced < commit) {
                forced = committed.get();
                store.commit();
                store.sync();
                forces++;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long forces() {
        lock.lock();
        try {
            return forces;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        transactions.close();
        store.close();
    }
}
