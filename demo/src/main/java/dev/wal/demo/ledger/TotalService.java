package dev.wal.demo.ledger;

import dev.wal.state.DurableMap;
import dev.wal.state.MapView;
import java.math.BigInteger;
import org.springframework.stereotype.Service;

/** Adds the ledger up. */
@Service
public class TotalService {
    private final DurableMap<Long, Account> accounts;
    private final DurableMap<Long, Transfer> transfers;

    TotalService(DurableMap<Long, Account> accounts, DurableMap<Long, Transfer> transfers) {
        this.accounts = accounts;
        this.transfers = transfers;
    }

    /** The balance is that of one moment; transfers are counted at another. */
    public Totals totals() {
        // A view: going through the map while transfers commit could count money before it leaves one account and after
        // it has reached another.
        try (MapView<Long, Account> view = accounts.view()) {
            BigInteger balance = view.stream()
                    .map(account -> BigInteger.valueOf(account.getValue().balance()))
                    .reduce(BigInteger.ZERO, BigInteger::add);
            return new Totals(view.size(), balance, transfers.size());
        }
    }
}
