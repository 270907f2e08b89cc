package dev.wal.spring.boot.test.ledger;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import org.springframework.transaction.annotation.Transactional;

class Transfers {
    private static final Account OPENED = new Account(100);

    private final DurableMap<Long, Account> accounts;
    private final WalTemplate template;

    Transfers(DurableMap<Long, Account> accounts, WalTemplate template) {
        this.accounts = accounts;
        this.template = template;
    }

    /** Accounts that nobody has used yet have 100. */
    @Transactional
    public void transfer(long from, long to, long amount) {
        put(from, -amount);
        put(to, amount);
        template.insert("audit", from, Row.of(Value.of(to), Value.of(amount)));
    }

    private void put(long account, long amount) {
        Account before = accounts.getForUpdate(account);
        accounts.put(account, (before == null ? OPENED : before).plus(amount));
    }

    long balance(long account) {
        Account found = accounts.get(account);
        return found == null ? OPENED.balance() : found.balance();
    }
}
