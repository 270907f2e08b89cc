package dev.wal.it.join;

import dev.wal.state.DurableMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** With statements. */
class JdbcPayments implements Payments {
    private final JdbcTemplate rows;
    private final DurableMap<Long, Long> entries;

    JdbcPayments(JdbcTemplate rows, DurableMap<Long, Long> entries) {
        this.rows = rows;
        this.entries = entries;
    }

    @Override
    @Transactional
    public void pay(Payment payment) {
        rows.update(
                "insert into payment (id, amount, reference) values (?, ?, ?)",
                payment.id(),
                payment.amount(),
                payment.reference());
        rows.update("update payment set amount = amount + ? where id = ?", payment.amount(), payment.account());
        entries.put(payment.id(), payment.amount());
        entries.compute(payment.account(), (account, amount) -> amount + payment.amount());
        payment.endAsWanted();
    }

    @Override
    @Transactional
    public void open(long account) {
        if (rows.update(
                        "insert into payment (id, amount, reference) values (?, 0, ?) on conflict (id) do nothing",
                        account,
                        account)
                == 1) {
            entries.put(account, 0L);
        }
    }
}
