package dev.wal.demo.entries;

import dev.wal.demo.ledger.Transfer;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Writes what a transfer takes from one account and gives to another into a table, in the transaction that books it. */
@Component
@Profile("h2")
class LedgerEntries {
    private static final String INSERT = "insert into ledger_entry (transfer, account, amount) values (?, ?, ?)";

    private final JdbcTemplate jdbc;

    LedgerEntries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @EventListener
    void on(Transfer transfer) {
        jdbc.update(INSERT, transfer.id(), transfer.from(), -transfer.amount());
        jdbc.update(INSERT, transfer.id(), transfer.to(), transfer.amount());
    }
}
