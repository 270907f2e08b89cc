package dev.wal.demo.crash;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The accounts, and what they were opened with. */
record Openings(Map<Long, Long> balances, List<Long> ids) {
    private static final int ACCOUNTS = 64;
    private static final long BALANCE = 20_000;

    static Openings open(LedgerClient client) throws IOException {
        Map<Long, Long> balances = new LinkedHashMap<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            balances.put(client.open(BALANCE), BALANCE);
        }
        return new Openings(balances, List.copyOf(balances.keySet()));
    }

    private int count() {
        return ids.size();
    }

    private long id(int index) {
        return ids.get(index);
    }

    /** A transfer between any two of the accounts. */
    Request request(long amount, @Nullable String reference, Random random) {
        int from = random.nextInt(count());
        int to = (from + 1 + random.nextInt(count() - 1)) % count();
        return new Request(id(from), id(to), amount, reference);
    }

    long sum() {
        return count() * BALANCE;
    }
}
