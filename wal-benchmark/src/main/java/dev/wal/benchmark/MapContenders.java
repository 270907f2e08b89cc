package dev.wal.benchmark;

import dev.wal.common.Durability;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;

/** Maps of accounts between which threads transfer amounts: four operations, two of them changes, in a transaction where there are transactions. */
final class MapContenders {
    static final int OPERATIONS = 4;
    private static final long MOST = 100;

    private MapContenders() {}

    /** Moves an amount between two accounts. */
    @FunctionalInterface
    interface Transfers {
        void transfer(long from, long to, long amount);
    }

    /** Moves amounts between random accounts, locked in the order of their keys, so that none wait for each other. */
    static Contender.Committer random(Transfers transfers, int entries) {
        return () -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long one = random.nextInt(entries);
            long other = (one + 1 + random.nextInt(entries - 1)) % entries;
            transfers.transfer(Math.min(one, other), Math.max(one, other), random.nextLong(-MOST, MOST));
        };
    }

    static Contender engine(String name, Durability durability, int entries, int threads) {
        return new Contender(name, threads, OPERATIONS, directory -> new Contender.Session() {
            private final AccountMap accounts = filled(directory, durability, entries);

            @Override
            public Contender.Committer committer(int thread) {
                return random(accounts::transfer, entries);
            }

            @Override
            public long forces() {
                return accounts.forces();
            }

            @Override
            public void close() {
                accounts.close();
            }
        });
    }

    private static AccountMap filled(Path directory, Durability durability, int entries) {
        AccountMap accounts = new AccountMap(directory, durability, true);
        accounts.fill(entries);
        return accounts;
    }

    /** No transactions, no files. */
    static Contender plain(String name, int entries, int threads) {
        return new Contender(name, threads, OPERATIONS, directory -> new Contender.Session() {
            private final ConcurrentMap<Long, Account> accounts = filledMap(entries, Account::of);

            @Override
            public Contender.Committer committer(int thread) {
                return random(this::transfer, entries);
            }

            private void transfer(long from, long to, long amount) {
                accounts.computeIfPresent(from, (key, payer) -> payer.plus(-amount));
                accounts.computeIfPresent(to, (key, payee) -> payee.plus(amount));
            }

            @Override
            public long forces() {
                return 0;
            }

            @Override
            public void close() {}
        });
    }

    static ConcurrentMap<Long, Account> filledMap(int entries, LongFunction<Account> account) {
        ConcurrentMap<Long, Account> map = new ConcurrentHashMap<>();
        for (long id = 0; id < entries; id++) {
            map.put(id, account.apply(id));
        }
        return map;
    }
}
