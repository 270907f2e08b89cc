package dev.wal.demo.ledger;

import dev.wal.state.DurableMap;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Opens and shows accounts. */
@Service
public class AccountService {
    private final DurableMap<Long, Account> accounts;
    private final IdSequence ids;

    AccountService(DurableMap<Long, Account> accounts) {
        this.accounts = accounts;
        this.ids = IdSequence.after(accounts);
    }

    @Transactional
    public Account open(NewAccount request) {
        Account account = new Account(ids.next(), request.owner(), request.balance());
        accounts.put(account.id(), account);
        return account;
    }

    /** @throws UnknownAccountException if there is none of this number */
    public Account get(long id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new UnknownAccountException("There is no account " + id);
        }
        return account;
    }

    /** All accounts at one moment, with no transfer in part, in order of their numbers. */
    public List<Account> all() {
        return accounts.copy().values().stream()
                .sorted(Comparator.comparingLong(Account::id))
                .toList();
    }
}
